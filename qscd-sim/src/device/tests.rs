mod activation;
mod certificates;
mod ends;
mod enrolment;
mod events;
mod fixture;
mod race;
mod registrations;

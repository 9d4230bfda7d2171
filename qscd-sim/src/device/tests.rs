mod activation;
mod ends;
mod enrolment;
mod events;
mod fixture;
mod race;

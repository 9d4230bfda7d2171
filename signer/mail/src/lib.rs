//! Mail that the service sends: what each letter says, in Danish and English, and how it is handed to a server.
//!
//! A letter is rendered when it is sent. What is kept until then is its [`Content`], so that what may be said
//! once, such as a link, is made at that moment and lies nowhere.

mod address;
mod calendar;
mod content;
mod date;
mod digest;
mod language;
mod mailer;
mod settings;
mod texts;

pub use self::{
    address::{Address, AddressError, Sender},
    calendar::Day,
    content::{CONTACT_LINK_DAYS, Content, Ending, Notice, Said, Told},
    language::Language,
    mailer::{Letter, Mailer, SendError},
    settings::{Security, Settings, SettingsError},
};

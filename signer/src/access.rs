//! How people and programs come by what they bear.

pub mod oauth;

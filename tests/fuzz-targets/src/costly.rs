//! Documents that cost as much as they can: made by rule, so that the kind is covered and not a
//! list. Every array, tree, index, filter chain, string and dictionary that a reader walks is
//! shared, repeated, deep, long, empty or cyclic.

mod attacks;
mod cipher;
mod cms;
mod encrypted;
mod form;
mod rules;
mod shape;
mod updated;
mod writer;

pub use attacks::{Attack, attacks};
pub use cipher::Method;
pub use cms::container;
pub use rules::document;
pub use writer::{Layout, Writer};

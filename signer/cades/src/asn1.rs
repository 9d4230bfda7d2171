//! ASN.1: reading raw elements, writing DER in one pass, object identifiers and times.

mod distinguished;
mod oid;
mod read;
mod time;
mod write;

pub(crate) mod identifiers;
pub mod tag;

pub(crate) use distinguished::{is_same_der, to_der};
pub use oid::{Oid, OidError};
pub(crate) use read::{Element, Elements};
pub use time::time_of_choice;
pub(crate) use time::{generalized_time, read_any_time, read_fractional_time, read_time};
pub use write::Part;
pub(crate) use write::{header, unsigned_integer};

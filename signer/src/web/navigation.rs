//! The way about the pages: what stands at the top of each.

use super::Texts;

/// A place that every page leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// What one can do here.
    Start,
    /// Where documents are read, signed and sealed.
    Documents,
    /// What one did.
    Acts,
    /// What the organisation decides, for those who have a part in it.
    Administration,
    /// Whether a file is genuine.
    Verify,
    /// Who is logged in, and by what.
    Access,
}

/// One entry of the navigation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) address: &'static str,
    pub(crate) name: &'static str,
    /// Whether the page that is shown belongs there.
    pub(crate) is_here: bool,
}

impl Place {
    /// In the order in which they are shown.
    const ALL: [Self; 6] = [
        Self::Start,
        Self::Documents,
        Self::Acts,
        Self::Administration,
        Self::Verify,
        Self::Access,
    ];

    fn address(self) -> &'static str {
        match self {
            Self::Start => "/",
            Self::Documents => "/documents",
            Self::Acts => "/acts",
            Self::Administration => "/administration",
            Self::Verify => "/verify",
            Self::Access => "/me",
        }
    }

    fn name(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Start => t.start,
            Self::Documents => t.documents,
            Self::Acts => t.acts,
            Self::Administration => t.administration,
            Self::Verify => t.verify,
            Self::Access => t.me,
        }
    }

    /// The place that the page at an address belongs to: the longest address that it begins with.
    fn of(path: &str) -> Option<Self> {
        if path.starts_with("/sign/") {
            // The last step of what begins with documents.
            return Some(Self::Documents);
        }
        let within = |place: &Self| {
            let rest = path.strip_prefix(place.address());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Self::ALL.into_iter().filter(within).max_by_key(|place| place.address().len())
    }
}

/// The entries, as the page at an address shows them to somebody who administers, or does not.
pub(crate) fn entries(t: &'static Texts, path: &str, administers: bool) -> Vec<Entry> {
    let here = Place::of(path);
    let shown = |place: &Place| *place != Place::Administration || administers;
    let entry = |place: Place| Entry {
        address: place.address(),
        name: place.name(t),
        is_here: here == Some(place),
    };
    Place::ALL.into_iter().filter(shown).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_the_place_whose_address_it_begins_with_and_to_one_at_most() {
        for (path, place) in [
            ("/", Some(Place::Start)),
            ("/verify/3BC4WMG1DR2QKXYZ", Some(Place::Verify)),
            ("/me", Some(Place::Access)),
            ("/me/passkeys", Some(Place::Access)),
            ("/mechanics", None),
            ("/login", None),
            ("/documents/0a/1", Some(Place::Documents)),
            ("/administration/profiles/a", Some(Place::Administration)),
            ("/sign/0a", Some(Place::Documents)),
        ] {
            assert_eq!(Place::of(path), place, "{path}");
        }
    }
}

//! Texts that stand with their translations: one that is missing does not compile.

/// A struct of texts, and the function that gives those of a language.
macro_rules! bilingual {
    ($texts:ident, $of:ident; $($name:ident: $english:literal, $danish:literal;)*) => {
        /// The texts of one language.
        #[derive(Debug)]
        pub(crate) struct $texts {
            $(pub(crate) $name: &'static str,)*
        }

        /// The texts of a language.
        pub(crate) fn $of(language: crate::service::Language) -> &'static $texts {
            const ENGLISH: $texts = $texts { $($name: $english,)* };
            const DANISH: $texts = $texts { $($name: $danish,)* };
            match language {
                crate::service::Language::En => &ENGLISH,
                crate::service::Language::Da => &DANISH,
            }
        }
    };
}

pub(crate) use bilingual;

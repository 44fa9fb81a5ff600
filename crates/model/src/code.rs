//! Closed vocabularies that are stored as short texts.

/// A text outside a closed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a {vocabulary}; expected one of {expected}")]
pub struct UnknownCode {
    /// The vocabulary, as `status`.
    pub vocabulary: &'static str,
    /// The text as it stood.
    pub found: String,
    /// The members, separated by commas.
    pub expected: String,
}

/// Declares a closed enum whose members have a stable text code (used in TOML, Parquet and JSON alike).
///
/// ```
/// lagesbild_model::codes! {
///     /// How hard it rains.
///     Rain, "rain" {
///         /// Nothing falls.
///         Dry = "dry",
///         /// It pours.
///         Heavy = "heavy",
///     }
/// }
/// assert_eq!(Rain::Heavy.code(), "heavy");
/// assert_eq!("dry".parse::<Rain>(), Ok(Rain::Dry));
/// assert!("Dry".parse::<Rain>().is_err());
/// ```
#[macro_export]
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident, $vocabulary:literal { $($(#[doc = $meaning:literal])+ $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $meaning])+ $variant,)+ }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The stable text code.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// What it means, as its documentation says.
            pub fn meaning(self) -> &'static str {
                match self { $($name::$variant => concat!($($meaning),+).trim_ascii(),)+ }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownCode;
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::UnknownCode> {
                match text {
                    $($code => Ok($name::$variant),)+
                    _ => Err($crate::UnknownCode {
                        vocabulary: $vocabulary,
                        found: text.to_owned(),
                        expected: [$($code),+].join(", "),
                    }),
                }
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                let text = <::std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err($crate::serde::de::Error::custom)
            }
        }
    };
}

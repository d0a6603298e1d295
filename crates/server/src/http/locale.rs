//! The reader's language: which one it is, its messages, and how it writes dates, times, numbers and lists.

mod catalogue;
mod format;
mod negotiate;
#[cfg(test)]
mod tests;

pub use self::negotiate::{Asked, LANG_COOKIE, cookie, remember_choice};
pub use fluent_bundle::FluentValue;

/// A language that Kalends speaks. All are declared; [`Locale::OFFERED`] are the ones whose catalogue is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    #[default]
    En,
    Es,
    De,
    Fr,
    Pt,
    Ar,
    Zh,
    Hi,
}

impl Locale {
    pub const ALL: [Self; 8] = [
        Self::En,
        Self::Es,
        Self::De,
        Self::Fr,
        Self::Pt,
        Self::Ar,
        Self::Zh,
        Self::Hi,
    ];

    /// The languages that a reader can choose.
    pub const OFFERED: [Self; 2] = [Self::En, Self::Ar];

    /// The BCP 47 tag, for `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Pt => "pt",
            Self::Ar => "ar",
            Self::Zh => "zh",
            Self::Hi => "hi",
        }
    }

    /// What its own readers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::De => "Deutsch",
            Self::Fr => "Français",
            Self::Pt => "Português",
            Self::Ar => "العربية",
            Self::Zh => "简体中文",
            Self::Hi => "हिन्दी",
        }
    }

    /// `ltr` or `rtl`, for `<html dir>`.
    pub const fn dir(self) -> &'static str {
        if self.is_rtl() { "rtl" } else { "ltr" }
    }

    pub const fn is_rtl(self) -> bool {
        matches!(self, Self::Ar)
    }

    /// The offered language of a tag such as `ar-EG`.
    pub fn offered(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::OFFERED
            .into_iter()
            .find(|locale| locale.code().eq_ignore_ascii_case(language))
    }

    /// The message `id`. Where this language lacks it, English; where that does too, the id itself, logged once.
    pub fn t(self, id: &str) -> String {
        catalogue::message(self, id, &[])
    }

    /// The message `id` with its arguments: `l.tf("free-times", &[("n", 3.into())])`.
    pub fn tf(self, id: &str, args: &[(&str, FluentValue<'_>)]) -> String {
        catalogue::message(self, id, args)
    }

    /// Whether this language has the message itself.
    pub fn has(self, id: &str) -> bool {
        catalogue::has(self, id)
    }

    /// The position in [`Locale::ALL`].
    const fn index(self) -> usize {
        self as usize
    }
}

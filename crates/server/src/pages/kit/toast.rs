//! What has just happened, said on the next page. It travels in a cookie over the redirect that follows a form.

use axum::http::HeaderValue;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::notice::Tone;

/// The longest text that is carried, in characters: a cookie has 4 kB.
const LONGEST: usize = 300;

/// One short message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    pub tone: Tone,
    pub text: String,
}

impl Toast {
    pub const COOKIE: &'static str = "flash";

    pub fn success(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Success,
            text: text.into(),
        }
    }

    pub fn info(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Info,
            text: text.into(),
        }
    }

    pub fn warning(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Warning,
            text: text.into(),
        }
    }

    pub fn error(text: impl Into<String>) -> Self {
        Self {
            tone: Tone::Error,
            text: text.into(),
        }
    }

    /// The `Set-Cookie` that brings it to the next page.
    pub fn cookie(&self) -> Option<HeaderValue> {
        let text: String = self.text.chars().take(LONGEST).collect();
        let text = utf8_percent_encode(&text, NON_ALPHANUMERIC);
        let (name, tone) = (Self::COOKIE, self.tone.name());
        HeaderValue::from_str(&format!(
            "{name}={tone}.{text}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"
        ))
        .ok()
    }

    /// The `Set-Cookie` that forgets it, once it was shown.
    pub fn forget() -> HeaderValue {
        HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
    }

    /// The toast in a cookie's value; none if the value is not one of ours.
    pub fn read(value: &str) -> Option<Self> {
        let (tone, text) = value.split_once('.')?;
        let tone = Tone::ALL.into_iter().find(|known| known.name() == tone)?;
        let text = percent_decode_str(text).decode_utf8().ok()?;
        Some(Self {
            tone,
            text: text.chars().take(LONGEST).collect(),
        })
        .filter(|toast| !toast.text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::Toast;

    #[test]
    fn a_toast_survives_its_cookie() -> Result<(), Box<dyn std::error::Error>> {
        for text in ["Saved.", "تم الحفظ؛ نعم", "a=b; Path=/\r\n<b>"] {
            let toast = Toast::success(text);
            let header = toast.cookie().ok_or("no cookie")?;
            let value = header.to_str()?.strip_prefix("flash=").ok_or("another name")?;
            assert_eq!(Toast::read(value.split(';').next().unwrap_or_default()), Some(toast));
        }
        Ok(())
    }

    #[test]
    fn nonsense_is_no_toast() {
        for value in ["", "success", "success.", "loud.Hi", "success.%ff"] {
            assert_eq!(Toast::read(value), None, "{value}");
        }
    }
}

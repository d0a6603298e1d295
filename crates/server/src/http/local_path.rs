//! Where a form or a sign-in may send the reader on to: a path on this site and nothing else.

/// `path` if it is a path (with its query) on this site, else `/`. Browsers read `//host`, `/\host` and such with tabs
/// or line breaks in between as another site's address.
pub fn local_path(path: &str) -> &str {
    let mut chars = path.chars();
    let local = chars.next() == Some('/')
        && !matches!(chars.next(), Some('/' | '\\'))
        && !path.contains(|c: char| c.is_control() || c == '\\' || c.is_whitespace());
    if local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn a_path_of_this_site_is_kept() {
        for path in ["/", "/book", "/admin/patients?q=a&sort=-name", "/a?next=//b"] {
            assert_eq!(local_path(path), path);
        }
    }

    #[test]
    fn another_sites_address_is_not() {
        for path in [
            "",
            "//evil.test",
            "/\\evil.test",
            "\\/evil",
            "https://evil.test",
            "javascript:alert(1)",
            "/\t/evil",
            "/\n/evil",
            "evil",
            " /a",
            "/a\r\nSet-Cookie: a=b",
        ] {
            assert_eq!(local_path(path), "/", "{path:?}");
        }
    }
}

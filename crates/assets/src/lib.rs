//! What the pages need beside themselves, inside the program: the built styles, script and icons, the message catalogues, and
//! the public holidays. The address of a built file contains a hash of its content, so a browser may keep it for ever.

/// One built file.
#[derive(Debug)]
pub struct Asset {
    /// What the source calls it, as `app.css`.
    pub name: &'static str,
    /// Where it is served, as `/assets/app-0123456789ab.css`.
    pub url: &'static str,
    /// The last part of `url`; as unique as its content, so also its entity tag.
    pub file: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
}

/// Every built file.
pub static ASSETS: &[Asset] = &include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// One file of messages in one language, in Fluent's syntax.
#[derive(Debug)]
pub struct Catalogue {
    /// The directory below `locales/`, as `en`.
    pub language: &'static str,
    pub file: &'static str,
    pub text: &'static str,
}

/// Every file of messages.
pub static CATALOGUES: &[Catalogue] = &include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));

/// The public holidays of a country and its regions, as JSON: one line for each country, which begins with its code.
pub static HOLIDAYS: &str = include_str!(concat!(env!("OUT_DIR"), "/dist/holidays.jsonl"));

/// The address of the file that the source calls `name`. An unknown name gets an address that answers 404.
pub fn url(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("/assets/unknown", |asset| asset.url)
}

/// The file served as `/assets/{file}`, if there is one.
pub fn get(file: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.file == file)
}

#[cfg(test)]
mod tests {
    use super::{get, url};

    #[test]
    fn a_built_file_is_found_by_the_address_that_its_name_has() {
        for name in ["app.css", "app.js", "icons.svg", "mark.svg"] {
            let file = url(name).strip_prefix("/assets/");
            assert_eq!(file.and_then(get).map(|asset| asset.name), Some(name));
        }
    }

    #[test]
    fn an_unknown_file_is_not_there() {
        assert!(get("app.css").is_none());
        assert_eq!(url("nothing.css"), "/assets/unknown");
    }

    /// What a patient's page loads must stay light on a bad connection: 60 kB compressed. Deflate leaves a good third of
    /// our styles and scripts at most, so this bound on the plain size is the stricter one to read.
    #[test]
    fn styles_and_script_are_small() {
        let size: usize = ["app.css", "app.js"]
            .iter()
            .filter_map(|name| get(url(name).strip_prefix("/assets/")?))
            .map(|asset| asset.bytes.len())
            .sum();
        assert!(size < 180_000, "{size} bytes");
    }
}

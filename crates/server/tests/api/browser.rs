//! Somebody at a browser without scripts: pages, forms and the cookies between them.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};

use crate::api::caller::Caller;
use crate::api::server::{Outcome, PASSWORD, Server};

/// A browser with its cookies.
pub struct Browser {
    base: String,
    client: Client,
    cookies: BTreeMap<String, String>,
}

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: StatusCode,
    /// Where it leads on to; empty for nowhere.
    pub location: String,
    pub html: String,
}

/// The fields of a form.
pub type Fields = Vec<(String, String)>;

impl Browser {
    /// Signs in at the staff's door, as the person who is this caller of the API.
    pub async fn of_staff(server: &Server, caller: &Caller) -> Outcome<Self> {
        let email = caller.user["email"].as_str().ok_or("a visitor")?.to_owned();
        Self::sign_in(server, &email).await
    }

    /// Nobody yet.
    pub fn of_visitor(server: &Server) -> Outcome<Self> {
        Ok(Self {
            base: format!("http://{}", server.address),
            client: Client::builder().redirect(Policy::none()).build()?,
            cookies: BTreeMap::new(),
        })
    }

    /// Signs in at the patients' door, as the person who is this caller of the API.
    pub async fn of_patient(server: &Server, caller: &Caller) -> Outcome<Self> {
        let mut browser = Self::of_visitor(server)?;
        let email = caller.user["email"].as_str().ok_or("a visitor")?;
        let fields = [("email", email), ("password", PASSWORD)];
        browser.post("/patient/login", &fields).await?.expect(303)?;
        Ok(browser)
    }

    /// Signs in at the staff's door.
    pub async fn sign_in(server: &Server, email: &str) -> Outcome<Self> {
        let mut browser = Self::of_visitor(server)?;
        let fields = [("email", email), ("password", PASSWORD)];
        browser.post("/staff/login", &fields).await?.expect(303)?;
        Ok(browser)
    }

    pub async fn get(&mut self, path: &str) -> Outcome<Page> {
        self.send(Method::GET, path, None).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<Page> {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        self.send(Method::POST, path, Some(pairs.join("&"))).await
    }

    /// Sends a form as it was shown, or with other answers.
    pub async fn post_form(&mut self, path: &str, fields: &Fields) -> Outcome<Page> {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.post(path, &fields).await
    }

    /// Sends a form that succeeds, and opens the page that it leads to.
    pub async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<Page> {
        let sent = self.post(path, fields).await?.expect(303)?;
        self.get(&sent.location).await?.expect(200)
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<String>) -> Outcome<Page> {
        let jar: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header(COOKIE, jar.join("; "));
        if let Some(form) = form {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(form);
        }
        let response = request.send().await?;
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location = response.headers().get(LOCATION).map(|to| to.to_str()).transpose()?;
        Ok(Page {
            status: response.status(),
            location: location.unwrap_or_default().to_owned(),
            html: response.text().await?,
        })
    }
}

impl Page {
    /// The page, if it has this status.
    pub fn expect(self, status: u16) -> Outcome<Self> {
        if self.status.as_u16() == status {
            Ok(self)
        } else {
            Err(format!(
                "expected {status}, got {} {}: {}",
                self.status,
                self.location,
                self.main()
            )
            .into())
        }
    }

    pub fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// Fails unless all of these stand in it.
    pub fn shows(&self, texts: &[&str]) -> Outcome<()> {
        match texts.iter().find(|text| !self.has(text)) {
            Some(text) => Err(format!("the page lacks {text:?}: {}", self.main()).into()),
            None => Ok(()),
        }
    }

    /// The first address in it that contains `part`.
    pub fn address(&self, part: &str) -> Outcome<String> {
        let found = self
            .html
            .split(['"'])
            .find(|text| text.starts_with('/') && text.contains(part));
        Ok(found
            .ok_or_else(|| format!("no link with {part:?}: {}", self.main()))?
            .replace("&#38;", "&"))
    }

    /// The hidden fields of the first form that posts to `action`.
    pub fn form(&self, action: &str) -> Outcome<Fields> {
        let forms = self.html.split("<form").skip(1);
        let mut inside = forms.filter_map(|form| form.split("</form>").next());
        let form = inside
            .find(|form| form.contains(&format!("action=\"{action}\"")) && form.contains("method=\"post\""))
            .ok_or_else(|| format!("no form posts to {action}: {}", self.main()))?;
        let inputs = form.split("<input type=\"hidden\" ").skip(1);
        let field = |input| Some((between(input, "name=\"")?, between(input, "value=\"")?));
        Ok(inputs.filter_map(field).collect())
    }

    /// What the radio buttons and the buttons of this name send, in their order.
    pub fn values(&self, name: &str) -> Vec<String> {
        let mark = format!("name=\"{name}\" value=\"");
        let marked = self.html.split(&mark).skip(1);
        marked
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect()
    }

    fn main(&self) -> &str {
        self.html.split_once("<main").map_or(&*self.html, |(_, main)| main)
    }
}

fn between(text: &str, mark: &str) -> Option<String> {
    let value = text.split_once(mark)?.1.split('"').next()?;
    Some(value.replace("&#38;", "&"))
}

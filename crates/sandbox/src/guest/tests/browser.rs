//! A browser of few words: it opens pages, follows links by their text, and presses buttons.

use std::collections::BTreeMap;

use reqwest::{Client, StatusCode, header};

/// A page as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) policy: String,
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Seen {
    pub(crate) fn heading(&self) -> &str {
        between(&self.text, "<h1>", "</h1>").unwrap_or_else(|| panic!("no heading in {}", self.text))
    }

    pub(crate) fn alert(&self) -> Option<&str> {
        between(&self.text, "role=\"alert\">", "</p>")
    }

    /// The forms of the page: address, fixed fields, and the buttons as name and value.
    pub(crate) fn forms(&self) -> Vec<Form> {
        self.text.split("<form ").skip(1).map(Form::read).collect()
    }

    /// The form that has a button with this value.
    pub(crate) fn form_with(&self, value: &str) -> Form {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.buttons.iter().any(|(_, given)| given == value));
        found.unwrap_or_else(|| panic!("no button {value} on {}", self.text))
    }
}

/// A form of a page.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) buttons: Vec<(String, String)>,
}

impl Form {
    fn read(rest: &str) -> Self {
        let inside = rest.split("</form>").next().unwrap();
        let tags = |name: &str| {
            let opening = format!("<{name} ");
            inside
                .split(&opening)
                .skip(1)
                .map(|tag| tag.split('>').next().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        let fields = tags("input")
            .into_iter()
            .filter(|tag| !tag.contains("type=\"radio\""));
        let fields = fields.map(|tag| (attribute(&tag, "name"), attribute(&tag, "value")));
        let buttons = tags("button")
            .into_iter()
            .map(|tag| (attribute(&tag, "name"), attribute(&tag, "value")));
        Self {
            action: attribute(inside.split('>').next().unwrap(), "action"),
            fields: fields.collect(),
            buttons: buttons.collect(),
        }
    }
}

fn attribute(tag: &str, name: &str) -> String {
    between(tag, &format!("{name}=\""), "\"")
        .unwrap_or_default()
        .replace("&amp;", "&")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(found, _)| found)
}

pub(crate) struct Browser {
    http: Client,
    base: String,
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        Self {
            http: Client::builder().build().unwrap(),
            base: base.to_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Seen {
        let address = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        self.see(self.http.get(address)).await
    }

    /// Follows the link whose text contains `words`.
    pub(crate) async fn follow(&self, seen: &Seen, words: &str) -> Seen {
        let links = seen.text.split("<a ").skip(1);
        let link = links
            .filter_map(|link| link.split("</a>").next())
            .find(|link| link.contains(words));
        let link = link.unwrap_or_else(|| panic!("no link {words} on {}", seen.text));
        self.get(&attribute(link, "href")).await
    }

    /// Presses the button with this value and leaves the form's fields as they are.
    pub(crate) async fn press(&self, seen: &Seen, value: &str) -> Seen {
        self.fill_and_press(seen, &[], value).await
    }

    pub(crate) async fn fill_and_press(&self, seen: &Seen, typed: &[(&str, &str)], value: &str) -> Seen {
        let form = seen.form_with(value);
        let mut fields = form.fields.clone();
        for (name, text) in typed {
            fields.insert((*name).to_owned(), (*text).to_owned());
        }
        let (name, _) = form.buttons.iter().find(|(_, given)| given == value).unwrap();
        fields.insert(name.clone(), value.to_owned());
        self.post(&form.action, &fields.into_iter().collect::<Vec<_>>())
            .await
    }

    pub(crate) async fn post<N: AsRef<str>, V: AsRef<str>>(&self, path: &str, fields: &[(N, V)]) -> Seen {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .collect();
        self.see(self.http.post(format!("{}{path}", self.base)).form(&fields))
            .await
    }

    async fn see(&self, request: reqwest::RequestBuilder) -> Seen {
        let response = request.send().await.unwrap();
        let policy = response.headers().get(header::CONTENT_SECURITY_POLICY);
        let policy = policy.map_or_else(String::new, |value| value.to_str().unwrap().to_owned());
        Seen {
            status: response.status(),
            policy,
            path: response.url().path().to_owned(),
            text: response.text().await.unwrap(),
        }
    }
}

//! Reading the sandbox's own pages: links, forms and marks. Only what those pages contain is understood.

/// A page as it was received.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    text: String,
}

/// A form: where it goes, and what it sends when nobody types anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
    /// The buttons, by name and value.
    buttons: Vec<(String, String)>,
}

impl Page {
    pub(super) fn new(text: String) -> Self {
        Self { text }
    }

    /// A mark of the attempt the page belongs to, such as `data-outcome`.
    pub(super) fn mark(&self, name: &str) -> Option<String> {
        let main = between(&self.text, "<main ", ">")?;
        attribute(main, name)
    }

    /// The form that has a button with this value.
    pub(super) fn form_with(&self, value: &str) -> Option<Form> {
        let forms = self.text.split("<form ").skip(1).filter_map(Form::read);
        forms
            .into_iter()
            .find(|form| form.buttons.iter().any(|(_, given)| given == value))
    }

    /// The addresses of all links, with their text, in the order of the page.
    pub(super) fn links(&self) -> impl Iterator<Item = (String, &str)> {
        self.text.split("<a ").skip(1).filter_map(|rest| {
            let (tag, inside) = rest.split_once('>')?;
            Some((attribute(tag, "href")?, inside.split("</a>").next()?))
        })
    }

    /// The code of a passcode mail.
    pub(super) fn passcode(&self) -> Option<&str> {
        between(&self.text, "<p class=\"code\">", "</p>")
    }
}

impl Form {
    fn read(rest: &str) -> Option<Self> {
        let inside = rest.split("</form>").next()?;
        let (head, inside) = inside.split_once('>')?;
        let named = |element: &str| {
            let opening = format!("<{element} ");
            let tags = inside
                .split(&opening)
                .skip(1)
                .filter_map(|rest| rest.split('>').next());
            tags.filter(|tag| !tag.contains("type=\"radio\"") || tag.contains(" checked"))
                .filter_map(|tag| {
                    Some((
                        attribute(tag, "name")?,
                        attribute(tag, "value").unwrap_or_default(),
                    ))
                })
                .collect::<Vec<_>>()
        };
        Some(Self {
            action: attribute(head, "action")?,
            fields: named("input"),
            buttons: named("button"),
        })
    }

    /// The fields with something typed in, and one button pressed.
    pub(super) fn filled(mut self, typed: &[(&str, &str)], pressed: &str) -> Vec<(String, String)> {
        for (name, text) in typed {
            self.fields.retain(|(known, _)| known != name);
            self.fields.push(((*name).to_owned(), (*text).to_owned()));
        }
        self.fields
            .extend(self.buttons.into_iter().find(|(_, value)| value == pressed));
        self.fields
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = between(tag, &format!("{name}=\""), "\"")?;
    Some(
        value
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sent_with_its_fields_the_chosen_radio_and_the_pressed_button() {
        let page = Page::new(
            "<main id=\"page\" data-outcome=\"signed_in\"><form method=\"post\" action=\"/a?b&amp;c\">\
             <input type=\"hidden\" name=\"token\" value=\"&quot;t\"><input type=\"radio\" name=\"m\" value=\"1\" checked>\
             <input type=\"radio\" name=\"m\" value=\"2\"><input name=\"code\">\
             <button name=\"action\" value=\"go\">Go</button><button name=\"action\" value=\"stay\">Stay</button>\
             </form></main>"
                .to_owned(),
        );
        assert_eq!(page.mark("data-outcome").as_deref(), Some("signed_in"));
        let form = page.form_with("go").unwrap();
        assert_eq!(form.action, "/a?b&c");
        let pairs = form.filled(&[("code", "12")], "go");
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("token", "\"t"), ("m", "1"), ("code", "12"), ("action", "go")]
        );
        assert!(page.form_with("fly").is_none());
    }
}

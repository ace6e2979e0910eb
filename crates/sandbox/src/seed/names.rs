//! Invented people. Any likeness is chance.

use rand::{Rng, seq::IndexedRandom};

const GIVEN: &[&str] = &[
    "Aaliyah", "Abel", "Adaeze", "Agnieszka", "Ahmet", "Aiko", "Ajay", "Alejandra", "Alma", "Amara", "Amir", "Anaïs",
    "Andrei", "Anneli", "Antonia", "Aoife", "Arjun", "Asha", "Astrid", "Ayşe", "Beatriz", "Bogdan", "Bram", "Carmen",
    "Chiara", "Chinedu", "Clément", "Dagny", "Daniel", "Darya", "Deepa", "Dilek", "Dragan", "Ebba", "Efua", "Eitan",
    "Elena", "Elif", "Emeka", "Emil", "Esra", "Eszter", "Fatima", "Felipe", "Femke", "Freya", "Gabriel", "Giulia",
    "Grace", "Gustav", "Haruki", "Hedda", "Hélène", "Hiroshi", "Ibrahim", "Ida", "Ifeoma", "Ilse", "Imani", "Inés",
    "Irina", "Isak", "Ivana", "Jamal", "Jana", "Jelena", "Ji-woo", "João", "Jonas", "Joon", "Kaito", "Katarzyna",
    "Kavya", "Kenji", "Klara", "Kofi", "Kwame", "Lars", "Leila", "Lene", "Liam", "Linh", "Luca", "Lucía", "Maja",
    "Malik", "Marek", "Mariam", "Marta", "Mateo", "Matilda", "Mei", "Milan", "Mina", "Miriam", "Mustafa", "Nadia",
    "Naoko", "Nia", "Nikolai", "Noor", "Nuno", "Oksana", "Olivia", "Omar", "Oskar", "Padma", "Paolo", "Petra", "Priya",
    "Quentin", "Rafael", "Rahul", "Ravi", "Renske", "Rosa", "Ruth", "Samir", "Sanna", "Sara", "Selin", "Siobhán",
    "Sofia", "Stefan", "Sunita", "Takumi", "Tamar", "Tereza", "Thabo", "Tiago", "Tomás", "Tuuli", "Uma", "Vera",
    "Viktor", "Wanjiru", "Xin", "Yara", "Yuki", "Yusuf", "Zanele", "Zeynep", "Zofia",
];

const SURNAMES: &[&str] = &[
    "Abara", "Achterberg", "Adeyemi", "Almeida", "Andersson", "Aoki", "Baptiste", "Barros", "Becker", "Bianchi",
    "Boateng", "Bondarenko", "Brennan", "Byrne", "Castillo", "Çelik", "Chen", "Cohen", "Conti", "Cruz", "Dahl", "Das",
    "Demir", "Diallo", "Dlamini", "Dubois", "Dvořák", "Eriksen", "Esposito", "Farouk", "Fernández", "Fischer",
    "Fontaine", "Fujita", "García", "Gonçalves", "Grigorescu", "Gupta", "Haddad", "Halonen", "Hansen", "Hassan",
    "Herrera", "Hoang", "Horváth", "Iliescu", "Ito", "Ivanova", "Iyer", "Jansen", "Jokinen", "Jovanović", "Kamau",
    "Kaplan", "Kaya", "Keller", "Khan", "Kim", "Koskinen", "Kowalska", "Kruger", "Kumar", "Laine", "Lam", "Larsen",
    "Lefèvre", "Lindqvist", "Liu", "López", "Madsen", "Mahlangu", "Marino", "Marques", "Mbeki", "Mensah", "Meyer",
    "Molina", "Moreau", "Moretti", "Mutua", "Nair", "Nakamura", "Navarro", "Ncube", "Nguyen", "Nielsen", "Novak",
    "Nowak", "O'Connor", "Obi", "Okafor", "Okonkwo", "Olsen", "Ortega", "Osei", "Ozturk", "Papadakis", "Park", "Patel",
    "Pereira", "Petrov", "Popescu", "Quispe", "Rahman", "Raman", "Reyes", "Ricci", "Rodrigues", "Romero", "Rossi",
    "Saarinen", "Santos", "Sato", "Schäfer", "Schneider", "Sharma", "Silva", "Singh", "Sørensen", "Sousa", "Suzuki",
    "Szabó", "Takahashi", "Tanaka", "Teixeira", "Torres", "Traoré", "Tran", "Van Dijk", "Vargas", "Virtanen", "Vos",
    "Walsh", "Wang", "Weber", "Wójcik", "Yamamoto", "Yılmaz", "Zhang", "Zhou", "Zimmermann",
];

/// Names that screens and files have to survive, whatever a form let through.
pub(super) const DIFFICULT: &[&str] = &[
    "<script>alert('hi')</script>",
    "مريم الهاشمي",
    "\u{202e}txt.exe\u{202c} Müller",
    "👩🏽‍🚀 Zoë 🚀",
    "=HYPERLINK(\"https://example.com\";\"Ana\")",
    "山田 太郎",
    "O'Brien-\"Nil\"; DROP TABLE guests;--",
    "Ñandú\u{200b}\u{200d} Ωmega",
    "Wolfeschlegelsteinhausenbergerdorff Maximiliana Alexandrina Philippina von und zu Hohenberg-Schillingsfürst, External Contractor (Facilities, Building 7, Third Floor)",
    "אבי כהן",
];

/// A person's name.
pub(super) struct PersonName {
    pub(super) given: &'static str,
    pub(super) surname: &'static str,
}

impl PersonName {
    pub(super) fn draw(chance: &mut impl Rng) -> Self {
        Self {
            given: GIVEN.choose(chance).copied().unwrap_or("Ana"),
            surname: SURNAMES.choose(chance).copied().unwrap_or("Silva"),
        }
    }

    pub(super) fn whole(&self) -> String {
        format!("{} {}", self.given, self.surname)
    }

    /// `given.surname` in the letters that mail addresses have.
    pub(super) fn local_part(&self) -> String {
        format!("{}.{}", plain(self.given), plain(self.surname))
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter_map(|letter| {
            Some(match letter {
                'a'..='z' => letter,
                'á' | 'ã' | 'ä' | 'å' | 'à' => 'a',
                'ç' | 'ć' => 'c',
                'é' | 'è' | 'ë' => 'e',
                'í' | 'ï' | 'ı' => 'i',
                'ł' => 'l',
                'ñ' | 'ń' => 'n',
                'ó' | 'ö' | 'ø' | 'ő' => 'o',
                'ř' => 'r',
                'ş' | 'š' => 's',
                'ü' | 'ú' | 'ů' => 'u',
                'ý' => 'y',
                'ž' => 'z',
                _ => return None,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn every_name_makes_an_address_that_can_be_invited() {
        let mut chance = rand_chacha::ChaCha8Rng::seed_from_u64(7);
        for _ in 0..2_000 {
            let name = PersonName::draw(&mut chance);
            let mail = format!("{}@fabrikam.com", name.local_part());
            assert!(crate::world::is_invitable_address(&mail), "{mail}");
        }
    }
}

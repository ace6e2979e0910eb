//! Reading `$filter` expressions.

use chrono::{DateTime, Utc};

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A test of a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::graph) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    Time(DateTime<Utc>),
}

/// A `$filter`, read. Paths are written with slashes, relative to the lambda's variable inside a lambda.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::graph) enum Expression {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Compare {
        path: String,
        operator: Comparison,
        literal: Literal,
    },
    In {
        path: String,
        literals: Vec<Literal>,
    },
    Text {
        test: TextTest,
        path: String,
        part: String,
    },
    Any {
        collection: String,
        body: Option<Box<Self>>,
    },
    All {
        collection: String,
        body: Box<Self>,
    },
}

/// The filter cannot be read; the position is a byte offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) struct SyntaxError {
    pub(in crate::graph) position: usize,
}

/// How deep brackets may go, so that hostile input cannot exhaust the stack.
const DEEPEST: usize = 40;

/// Reads a `$filter`.
pub(in crate::graph) fn parse(text: &str) -> Result<Expression, SyntaxError> {
    let tokens = tokenize(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        next: 0,
        end: text.len(),
        variables: Vec::new(),
        depth: 0,
    };
    let expression = parser.or()?;
    if parser.next < tokens.len() {
        Err(parser.error())
    } else {
        Ok(expression)
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Colon,
    Text(String),
    Word(String),
}

fn tokenize(text: &str) -> Result<Vec<(usize, Token)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((position, letter)) = rest.next() {
        let token = match letter {
            ' ' | '\t' => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '\'' => {
                let mut value = String::new();
                loop {
                    match rest.next() {
                        Some((_, '\'')) if rest.next_if(|(_, next)| *next == '\'').is_some() => {
                            value.push('\'');
                        }
                        Some((_, '\'')) => break,
                        Some((_, other)) => value.push(other),
                        None => return Err(SyntaxError { position }),
                    }
                }
                Token::Text(value)
            }
            // A colon stands alone after a lambda's variable, and inside the time of day of an instant.
            ':' => Token::Colon,
            _ => {
                let mut word = String::from(letter);
                let ends = |next: char, word: &str| {
                    matches!(next, ' ' | '\t' | '(' | ')' | ',' | '\'')
                        || (next == ':' && !word.starts_with(|first: char| first.is_ascii_digit()))
                };
                while let Some((_, next)) = rest.next_if(|(_, next)| !ends(*next, &word)) {
                    word.push(next);
                }
                Token::Word(word)
            }
        };
        tokens.push((position, token));
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [(usize, Token)],
    next: usize,
    end: usize,
    variables: Vec<String>,
    depth: usize,
}

impl Parser<'_> {
    fn error(&self) -> SyntaxError {
        SyntaxError {
            position: self
                .tokens
                .get(self.next)
                .map_or(self.end, |(position, _)| *position),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(_, token)| token)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += 1;
        token
    }

    fn expect(&mut self, wanted: &Token) -> Result<(), SyntaxError> {
        if self.peek() == Some(wanted) {
            self.next += 1;
            Ok(())
        } else {
            Err(self.error())
        }
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        self.next += usize::from(there);
        there
    }

    fn or(&mut self) -> Result<Expression, SyntaxError> {
        let mut left = self.and()?;
        while self.take_word("or") {
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, SyntaxError> {
        let mut left = self.unary()?;
        while self.take_word("and") {
            left = Expression::And(Box::new(left), Box::new(self.unary()?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error());
        }
        let found = if self.take_word("not") {
            self.unary().map(|inner| Expression::Not(Box::new(inner)))
        } else if self.peek() == Some(&Token::Open) {
            self.next += 1;
            let inner = self.or()?;
            self.expect(&Token::Close).map(|()| inner)
        } else {
            self.test()
        };
        self.depth -= 1;
        found
    }

    fn test(&mut self) -> Result<Expression, SyntaxError> {
        let error = self.error();
        let Some(Token::Word(word)) = self.take() else {
            return Err(error);
        };
        if self.peek() == Some(&Token::Open) {
            return self.call(&word);
        }
        let path = self.relative(&word);
        if self.take_word("in") {
            return self.members().map(|literals| Expression::In { path, literals });
        }
        let error = self.error();
        let Some(Token::Word(operator)) = self.take() else {
            return Err(error);
        };
        let operator = match operator.to_ascii_lowercase().as_str() {
            "eq" => Comparison::Equal,
            "ne" => Comparison::NotEqual,
            "gt" => Comparison::Greater,
            "ge" => Comparison::GreaterOrEqual,
            "lt" => Comparison::Less,
            "le" => Comparison::LessOrEqual,
            _ => return Err(error),
        };
        Ok(Expression::Compare {
            path,
            operator,
            literal: self.literal()?,
        })
    }

    /// After a word with an opening bracket: a function, or a lambda over a collection.
    fn call(&mut self, word: &str) -> Result<Expression, SyntaxError> {
        self.expect(&Token::Open)?;
        let test = match word.to_ascii_lowercase().as_str() {
            "startswith" => TextTest::StartsWith,
            "endswith" => TextTest::EndsWith,
            "contains" => TextTest::Contains,
            _ => return self.lambda(word),
        };
        let error = self.error();
        let Some(Token::Word(path)) = self.take() else {
            return Err(error);
        };
        let path = self.relative(&path);
        self.expect(&Token::Comma)?;
        let error = self.error();
        let Some(Token::Text(part)) = self.take() else {
            return Err(error);
        };
        self.expect(&Token::Close)?;
        // `startswith(x,'y') eq true` is the same in a longer form.
        if self.take_word("eq") && !self.take_word("true") {
            return Err(self.error());
        }
        Ok(Expression::Text { test, path, part })
    }

    fn lambda(&mut self, word: &str) -> Result<Expression, SyntaxError> {
        let Some((collection, quantifier)) = word.rsplit_once('/') else {
            return Err(self.error());
        };
        let (collection, any) = (self.relative(collection), quantifier.eq_ignore_ascii_case("any"));
        if !any && !quantifier.eq_ignore_ascii_case("all") {
            return Err(self.error());
        }
        if any && self.peek() == Some(&Token::Close) {
            self.next += 1;
            return Ok(Expression::Any {
                collection,
                body: None,
            });
        }
        let error = self.error();
        let Some(Token::Word(variable)) = self.take() else {
            return Err(error);
        };
        self.expect(&Token::Colon)?;
        self.variables.push(variable);
        let body = self.or()?;
        self.variables.pop();
        self.expect(&Token::Close)?;
        let body = Box::new(body);
        Ok(if any {
            Expression::Any {
                collection,
                body: Some(body),
            }
        } else {
            Expression::All { collection, body }
        })
    }

    fn members(&mut self) -> Result<Vec<Literal>, SyntaxError> {
        self.expect(&Token::Open)?;
        let mut literals = vec![self.literal()?];
        while self.peek() == Some(&Token::Comma) {
            self.next += 1;
            literals.push(self.literal()?);
        }
        self.expect(&Token::Close)?;
        Ok(literals)
    }

    fn literal(&mut self) -> Result<Literal, SyntaxError> {
        let error = self.error();
        match self.take() {
            Some(Token::Text(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) => Ok(literal_of(&word)),
            _ => Err(error),
        }
    }

    /// The path without the innermost lambda variable it starts with: `c/issuer` is `issuer`, `c` itself is empty.
    fn relative(&self, path: &str) -> String {
        let Some(variable) = self.variables.last() else {
            return path.to_owned();
        };
        match path.strip_prefix(variable.as_str()) {
            Some("") => String::new(),
            Some(rest) if rest.starts_with('/') => rest[1..].to_owned(),
            _ => path.to_owned(),
        }
    }
}

/// An unquoted constant. What is no number, instant, truth value or null is a GUID or an enumeration member: text.
fn literal_of(word: &str) -> Literal {
    match word {
        "null" => Literal::Null,
        "true" => Literal::Boolean(true),
        "false" => Literal::Boolean(false),
        _ => DateTime::parse_from_rfc3339(word)
            .map(|time| Literal::Time(time.to_utc()))
            .or_else(|_| word.parse().map(Literal::Number))
            .unwrap_or_else(|_| Literal::Text(word.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn or_binds_weaker_than_and() {
        let Ok(Expression::Or(_, right)) = parse("a eq 1 or b eq 2 and c eq 3") else {
            panic!("no or at the top")
        };
        assert!(matches!(*right, Expression::And(..)));
    }

    #[test]
    fn quotes_are_doubled_inside_text() {
        let Expression::Compare { literal, .. } = parse("displayName eq 'O''Brien'").unwrap() else {
            panic!()
        };
        assert_eq!(literal, Literal::Text("O'Brien".to_owned()));
    }

    #[test]
    fn a_lambda_forgets_its_variable() {
        let parsed = parse("identities/any(c:c/issuerAssignedId eq 'x' and c/issuer eq 'y')").unwrap();
        let Expression::Any {
            collection,
            body: Some(body),
        } = parsed
        else {
            panic!("no lambda")
        };
        assert_eq!(collection, "identities");
        let Expression::And(left, _) = *body else {
            panic!("no and")
        };
        assert!(matches!(*left, Expression::Compare { path, .. } if path == "issuerAssignedId"));
    }

    #[test]
    fn instants_keep_their_colons() {
        let parsed = parse("createdDateTime ge 2026-11-01T10:20:30Z").unwrap();
        assert!(matches!(
            parsed,
            Expression::Compare {
                literal: Literal::Time(_),
                ..
            }
        ));
    }

    #[test]
    fn nonsense_is_refused_where_it_stands() {
        for text in [
            "",
            "eq",
            "a eq",
            "a eq 'x",
            "a is 'x'",
            "(a eq 1",
            "a eq 1)",
            "foo(a,'b')",
            "in ('a')",
        ] {
            assert!(parse(text).is_err(), "{text} was read");
        }
        assert!(parse(&"(".repeat(10_000)).is_err());
    }
}

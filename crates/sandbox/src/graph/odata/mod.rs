//! The query language of Graph as far as the sandbox speaks it.

mod evaluate;
mod filter;
mod search;

pub(super) use evaluate::{Record, matches, time_bounds};
pub(super) use filter::{Comparison, Expression, Literal, SyntaxError, TextTest, parse};
pub(super) use search::{Search, parse_search};

//! Following pages ("Paging Microsoft Graph data in your app").

use std::sync::Arc;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use url::Url;

use crate::{
    GraphClient, GraphError, Trace, Unexpected,
    call::{Answer, Call},
};

/// A page, and the link to the one after it.
pub(crate) struct Linked<P> {
    pub(crate) page: P,
    pub(crate) next: Option<String>,
    pub(crate) trace: Trace,
}

/// Reads a page out of an answer.
pub(crate) type ReadPage<P> = Arc<dyn Fn(Answer) -> Result<Linked<P>, (Unexpected, Trace)> + Send + Sync>;

impl GraphClient {
    /// Returns the pages beginning with `first`. Links are followed as they are, with the same headers; one
    /// that leads to another host is refused, since it would carry the token there. The stream ends after an
    /// error.
    pub(crate) fn pages<P: Send + 'static>(
        &self,
        first: Call,
        read: ReadPage<P>,
    ) -> BoxStream<'static, Result<P, GraphError>> {
        let client = self.clone();

        stream::try_unfold(Some(first), move |call| {
            let (client, read) = (client.clone(), read.clone());
            async move {
                let Some(call) = call else { return Ok(None) };
                let (page, next) = client.fetch_page(&call, &read).await?;
                Ok(Some((page, next)))
            }
        })
        .boxed()
    }

    /// Fetches one page and works out the call for the next.
    pub(crate) async fn fetch_page<P>(
        &self,
        call: &Call,
        read: &ReadPage<P>,
    ) -> Result<(P, Option<Call>), GraphError> {
        let Linked { page, next, trace } = self.send(call, |answer| read(answer)).await?;
        let Some(next) = next else { return Ok((page, None)) };
        let url = Url::parse(&next)
            .ok()
            .filter(|url| self.is_ours(url) && *url != call.url);
        let Some(url) = url else {
            return Err(GraphError::UnexpectedAnswer {
                what: Unexpected::ForeignNextLink,
                trace,
            });
        };

        Ok((
            page,
            Some(Call {
                url,
                continues: true,
                ..call.clone()
            }),
        ))
    }

    fn is_ours(&self, url: &Url) -> bool {
        let graph = self.cloud().graph();
        url.origin() == graph.origin()
            && url.username().is_empty()
            && url.path().starts_with(graph.path().trim_end_matches('/'))
    }
}

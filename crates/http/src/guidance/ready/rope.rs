//! A body made of text that is ready and of text of its own, put together only while it is sent.

use std::convert::Infallible;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

/// How many bytes are put together at once: as many as the server writes at once.
const CHUNK: usize = 32 * 1024;

/// Where a piece of the text stands that is ready.
pub type Stretch = Range<usize>;

/// A text of its own, with stretches of a ready one in between.
///
/// A large answer is copied once, into the buffer that it is sent from, in parts that stay in the processor's cache.
#[derive(Debug)]
pub struct Rope {
    ready: Bytes,
    own: Vec<u8>,
    inserts: Vec<Insert>,
    /// How far it has been sent: so many inserts, and so many bytes of its own.
    sent: (usize, usize),
}

/// A stretch that stands in a text behind so many bytes of its own.
#[derive(Debug)]
struct Insert {
    behind: usize,
    stretch: Stretch,
}

impl Rope {
    /// An empty one, with room for so many bytes of its own and so many stretches.
    #[must_use]
    pub fn new(ready: Bytes, own: usize, stretches: usize) -> Self {
        Self { ready, own: Vec::with_capacity(own), inserts: Vec::with_capacity(stretches), sent: (0, 0) }
    }

    /// Goes on with a ready text.
    pub fn insert(&mut self, stretch: &Stretch) {
        self.inserts.push(Insert { behind: self.own.len(), stretch: stretch.clone() });
    }

    /// Goes on with a text of its own.
    pub fn push(&mut self, text: &str) {
        self.own.extend_from_slice(text.as_bytes());
    }

    /// Goes on with a comma before all items but the first.
    pub fn separate(&mut self, index: usize) {
        if index > 0 {
            self.own.push(b',');
        }
    }

    /// Puts together the next chunk; `None` at the end.
    fn next_chunk(&mut self) -> Option<Bytes> {
        let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 4);
        let (mut inserts, mut own) = self.sent;
        while chunk.len() < CHUNK {
            let insert = self.inserts.get(inserts);
            let up_to = insert.map_or(self.own.len(), |insert| insert.behind);
            chunk.extend_from_slice(self.own.get(own..up_to).unwrap_or_default());
            own = up_to;
            let Some(insert) = insert else { break };
            chunk.extend_from_slice(self.ready.get(insert.stretch.clone()).unwrap_or_default());
            inserts += 1;
        }
        self.sent = (inserts, own);
        (!chunk.is_empty()).then(|| chunk.into())
    }
}

impl io::Write for Rope {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.own.write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MessageBody for Rope {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        let ready: usize = self.inserts.iter().map(|insert| insert.stretch.len()).sum();
        u64::try_from(self.own.len() + ready).map_or(BodySize::Stream, BodySize::Sized)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(self.next_chunk().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sent_whole_and_in_order() {
        let ready: String = ('a'..='z').cycle().take(3 * CHUNK).collect();
        let mut rope = Rope::new(ready.clone().into(), 0, 0);
        let mut expected = String::new();
        let stretches = [0..0, 3..10, CHUNK - 1..CHUNK, 5..5 + CHUNK, 0..3 * CHUNK, 26..52];
        for (index, stretch) in stretches.iter().enumerate() {
            rope.separate(index);
            rope.insert(stretch);
            rope.push(&"=".repeat(index * 7_000));
            expected.push_str(if index > 0 { "," } else { "" });
            expected.push_str(&ready[stretch.clone()]);
            expected.push_str(&"=".repeat(index * 7_000));
        }
        assert_eq!(rope.size(), BodySize::Sized(expected.len().try_into().unwrap()));
        let mut sent = Vec::new();
        while let Some(chunk) = rope.next_chunk() {
            sent.extend_from_slice(&chunk);
        }
        assert!(sent == expected.as_bytes(), "{} bytes of {}", sent.len(), expected.len());
        assert_eq!(rope.next_chunk(), None);
    }
}

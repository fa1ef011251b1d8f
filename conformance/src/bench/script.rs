//! What one connection sends next: requests about random items, or a walk over the table page by page.

use super::{
    body::{Discard, Edges},
    error::Result,
    http::Connection,
    random::SplitMix64,
    template::{ORDERS_PER_CUSTOMER, Subject, Template},
    workload::{self, Operation},
};

/// The endless sequence of requests of one connection.
#[derive(Debug)]
pub enum Script {
    /// Each request is about random items.
    Random(RandomItems),
    /// Each request continues where the last answer ended.
    Walk(Walk),
}

impl Script {
    /// The requests for `operation` on a table of `items` items; `random` decides which.
    pub fn new(operation: Operation, items: u64, random: SplitMix64) -> Self {
        match operation {
            Operation::Scan => Self::Walk(Walk::new(items, random)),
            _ => Self::Random(RandomItems::new(operation, items, random)),
        }
    }

    /// Sends the next request, waits for its answer and returns the size of its body.
    ///
    /// # Errors
    /// Those of [`Connection::exchange`].
    pub async fn step(&mut self, connection: &mut Connection) -> Result<u64> {
        match self {
            Self::Random(requests) => connection.exchange(requests.next(), &mut Discard).await,
            Self::Walk(walk) => walk.step(connection).await,
        }
    }
}

/// Requests about items that chance picks evenly.
#[derive(Debug)]
pub struct RandomItems {
    template: Template,
    subjects: Vec<Subject>,
    items: u64,
    random: SplitMix64,
}

impl RandomItems {
    fn new(operation: Operation, items: u64, random: SplitMix64) -> Self {
        let subjects = vec![Subject { index: 0, stamp: 0 }; operation.subjects()];
        Self {
            template: operation.template(),
            subjects,
            items,
            random,
        }
    }

    /// The subjects of a batch are spread over the table and differ, as the operation demands.
    fn next(&mut self) -> &[u8] {
        let stride = self.items / self.subjects.len() as u64;
        let start = self.random.below(self.items);
        for (nth, subject) in self.subjects.iter_mut().enumerate() {
            let index = (start + nth as u64 * stride) % self.items;
            *subject = Subject {
                index,
                stamp: self.random.draw(),
            };
        }
        self.template.fill(&self.subjects)
    }
}

/// Pages of a Scan. It starts after a random item; after the last page it starts at the first.
#[derive(Debug)]
pub struct Walk {
    first: Template,
    following: Template,
    after: Option<Subject>,
    edges: Edges,
}

impl Walk {
    fn new(items: u64, mut random: SplitMix64) -> Self {
        let after = Some(Subject {
            index: random.below(items),
            stamp: 0,
        });
        Self {
            first: workload::first_page(),
            following: Operation::Scan.template(),
            after,
            edges: Edges::default(),
        }
    }

    async fn step(&mut self, connection: &mut Connection) -> Result<u64> {
        let request = match self.after {
            None => self.first.fill(&[]),
            Some(subject) => self.following.fill(&[subject]),
        };
        let body_bytes = connection.exchange(request, &mut self.edges).await?;
        self.after = self.edges.both().into_iter().find_map(last_evaluated);
        Ok(body_bytes)
    }
}

/// The item of the last evaluated key, if a page (or an end of it) has one.
pub fn last_evaluated(page: &[u8]) -> Option<Subject> {
    let page = String::from_utf8_lossy(page);
    let (_, key) = page.split_once(r#""LastEvaluatedKey""#)?;
    let number = |prefix: &str| -> Option<u64> {
        let (_, digits) = key.split_once(prefix)?;
        digits.split_once('"')?.0.parse().ok()
    };
    Some(Subject {
        index: number("customer#")? * ORDERS_PER_CUSTOMER + number("order#")?,
        stamp: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_evaluated_key_is_found_at_either_end_of_a_page() {
        let key = r#""LastEvaluatedKey":{"sk":{"S":"order#07"},"pk":{"S":"customer#0000000003"}}"#;
        for page in [format!(r#"{{{key},"Items":[{{"p"#), format!(r#"}}],"Count":3,{key}}}"#)] {
            assert_eq!(last_evaluated(page.as_bytes()), Some(Subject { index: 67, stamp: 0 }));
        }
        assert_eq!(
            last_evaluated(br#"{"Items":[{"pk":{"S":"customer#0000000003"},"sk":{"S":"order#07"}}]}"#),
            None
        );
    }

    #[test]
    fn the_items_of_a_batch_differ() {
        for items in [25, 26, 10_000] {
            let mut requests = RandomItems::new(Operation::BatchWriteItem, items, SplitMix64::new(1));
            for _ in 0..50 {
                requests.next();
                let mut indexes: Vec<u64> = requests.subjects.iter().map(|subject| subject.index).collect();
                indexes.sort_unstable();
                indexes.dedup();
                assert_eq!(indexes.len(), workload::BATCH);
                assert!(indexes.iter().all(|index| *index < items));
            }
        }
    }

    #[test]
    fn the_same_seed_asks_the_same() {
        let requests = |seed| {
            let mut requests = RandomItems::new(Operation::PutItem, 1_000, SplitMix64::new(seed));
            [requests.next().to_vec(), requests.next().to_vec()]
        };
        assert_eq!(requests(5), requests(5));
        assert_ne!(requests(5), requests(6));
        assert_ne!(requests(5)[0], requests(5)[1]);
    }
}

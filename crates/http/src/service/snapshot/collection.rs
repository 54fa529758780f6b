//! The items of one kind, rendered field by field.

use std::collections::HashMap;

use peerpath_domain::catalog::search::{SearchIndex, Texts};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// One item, rendered field by field.
#[derive(Debug)]
pub struct Item {
    pub id: Box<str>,
    /// Position among the items of the same kind; the id breaks ties.
    pub order: u16,
    fields: Vec<(Box<str>, Box<RawValue>)>,
}

impl Item {
    /// Renders the view of a record.
    pub fn render(id: &str, order: u16, view: &impl Serialize) -> Result<Self, serde_json::Error> {
        let Value::Object(object) = serde_json::to_value(view)? else {
            return Err(serde::ser::Error::custom("an item is an object"));
        };
        let fields = object.into_iter().map(|(name, value)| Ok((name.into(), to_raw_value(&value)?)));
        Ok(Self { id: id.into(), order, fields: fields.collect::<Result<_, serde_json::Error>>()? })
    }

    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// Selects all fields of the item, or only the fields in `only`.
    pub const fn select<'a>(&'a self, only: Option<&'a [String]>) -> SelectedItem<'a> {
        SelectedItem { item: self, only }
    }
}

/// An item with all or some of its fields.
#[derive(Debug)]
pub struct SelectedItem<'a> {
    item: &'a Item,
    only: Option<&'a [String]>,
}

impl Serialize for SelectedItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_wanted = |name: &str| self.only.is_none_or(|only| only.iter().any(|wanted| wanted == name));
        serializer
            .collect_map(self.item.fields.iter().filter(|(name, _)| is_wanted(name)).map(|(name, value)| (name, value)))
    }
}

/// The items of one kind, in order.
#[derive(Debug, Default)]
pub struct Collection {
    items: Vec<Item>,
    places: HashMap<Box<str>, usize>,
    search: SearchIndex,
}

impl Collection {
    /// Indexes items for search. `texts` holds the searchable texts of each item.
    pub fn new<'a>(items: Vec<Item>, texts: impl IntoIterator<Item = Texts<'a>>) -> Self {
        let places = items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect();
        Self { items, places, search: SearchIndex::new(texts) }
    }

    pub fn items(&self) -> &[Item] {
        &self.items
    }

    pub fn get(&self, id: &str) -> Option<&Item> {
        self.items.get(*self.places.get(id)?)
    }

    /// The items that match a query, with their scores, best first.
    pub fn find(&self, query: &str) -> impl Iterator<Item = (&Item, u64)> {
        self.search.find(query).into_iter().filter_map(|(place, score)| Some((self.items.get(place)?, score)))
    }
}

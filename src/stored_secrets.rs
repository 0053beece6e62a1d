//! A cache of values from the Secrets Store. They are read again regularly, so a rotated secret needs no deployment.

use zeroize::Zeroizing;

/// How long values are cached, in milliseconds.
const MAX_AGE: f64 = 300_000.0;

/// How long after a failure values are read again, in milliseconds.
const RETRY_AFTER: f64 = 5_000.0;

/// The values that were read last, and when to read them again.
#[derive(Default)]
pub(crate) struct StoredSecrets {
    values: Vec<(String, Zeroizing<String>)>,
    /// The bindings to read: `None` until the first request.
    names: Option<Vec<String>>,
    /// When to read again, in milliseconds since 1970.
    due: f64,
}

impl StoredSecrets {
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the bindings to read now; none if they are not due.
    pub(crate) fn due(&mut self, now: f64, names: impl FnOnce() -> Vec<String>) -> Vec<String> {
        if now < self.due {
            return Vec::new();
        }
        let names = self.names.get_or_insert_with(names);
        if names.is_empty() {
            self.due = f64::INFINITY;
        }
        names.clone()
    }

    /// Stores the values that were read. A secret that could not be read keeps its value. Returns whether one has changed.
    pub(crate) fn update(&mut self, read: Vec<(String, Option<String>)>, now: f64) -> bool {
        let (mut is_complete, mut has_changed) = (true, false);
        for (name, value) in read {
            let Some(value) = value else {
                is_complete = false;
                continue;
            };
            has_changed |= self.value(&name) != Some(value.as_str());
            self.values.retain(|(known, _)| *known != name);
            self.values.push((name, Zeroizing::new(value)));
        }
        self.due = now + if is_complete { MAX_AGE } else { RETRY_AFTER };
        has_changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Vec<String> = Vec::new();

    fn key() -> Vec<String> {
        vec!["KEY".into()]
    }

    fn read(value: Option<&str>) -> Vec<(String, Option<String>)> {
        vec![("KEY".into(), value.map(Into::into))]
    }

    #[test]
    fn a_worker_without_a_store_looks_once() {
        let mut stored = StoredSecrets::default();
        assert_eq!(stored.due(0.0, Vec::new), NONE);
        assert_eq!(stored.due(1e12, || panic!("looked again")), NONE);
    }

    #[test]
    fn a_rotation_arrives_after_five_minutes_and_values_outlive_an_outage() {
        let mut stored = StoredSecrets::default();
        assert_eq!(stored.due(1_000.0, key), key());
        assert!(stored.update(read(Some("old")), 1_000.0));
        assert_eq!(stored.due(300_999.0, key), NONE);
        assert_eq!(stored.value("KEY"), Some("old"));
        assert_eq!(stored.due(301_000.0, key), key());
        assert!(stored.update(read(Some("new")), 301_000.0));
        assert_eq!(stored.value("KEY"), Some("new"));

        assert_eq!(stored.due(601_000.0, key), key());
        assert!(!stored.update(read(None), 601_000.0));
        assert_eq!(stored.value("KEY"), Some("new"));
        assert_eq!(stored.due(605_999.0, key), NONE);
        assert_eq!(stored.due(606_000.0, key), key(), "asked again soon");
    }

    #[test]
    fn a_value_that_is_read_again_has_not_changed() {
        let mut stored = StoredSecrets::default();
        assert!(stored.update(read(Some("same")), 0.0));
        assert!(!stored.update(read(Some("same")), 301_000.0));
        assert_eq!(stored.due(600_999.0, key), NONE);
        assert_eq!(stored.value("OTHER"), None);
    }
}

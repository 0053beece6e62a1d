//! The sizes of the parts of a file.

use signer::PartNumber;

use super::PartSize;
use crate::denial::Denial;

/// The parts of one file: all of the same size except the last, since some stores require it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Parts {
    pub(crate) file_bytes: u64,
    pub(crate) part_bytes: u64,
}

impl Parts {
    /// Smallest part that [`PartSize::Auto`] makes. S3 takes 5 MiB; larger parts mean fewer requests.
    const MIN_BYTES: u64 = 8 << 20;
    /// Most parts that S3 takes.
    const MAX_COUNT: u64 = 10_000;
    /// Larger parts are rounded up to a multiple of this, in bytes.
    const STEP: u64 = 1 << 20;

    /// Smallest and largest part that S3 takes; the last may be smaller.
    const ALLOWED: core::ops::RangeInclusive<u64> = 5 << 20..=5 << 30;

    pub(crate) fn new(file_bytes: u64, part_size: PartSize) -> Result<Self, Denial> {
        let PartSize::Fixed(part_bytes) = part_size else { return Ok(Self::auto(file_bytes)) };
        let parts = Self { file_bytes, part_bytes };
        if Self::ALLOWED.contains(&part_bytes) && parts.count() <= Self::MAX_COUNT {
            return Ok(parts);
        }
        let why = "must be of 5 MiB to 5 GiB, and make at most 10000 parts".into();
        Err(Denial::InvalidArgument { name: "chunkSize", why })
    }

    fn auto(file_bytes: u64) -> Self {
        let least = file_bytes.div_ceil(Self::MAX_COUNT).next_multiple_of(Self::STEP);
        Self { file_bytes, part_bytes: least.max(Self::MIN_BYTES) }
    }

    pub(crate) const fn count(self) -> u64 {
        self.file_bytes.div_ceil(self.part_bytes)
    }

    /// Returns the size of a part in bytes, if there is such a part.
    pub(crate) fn bytes_of(self, number: PartNumber) -> Option<u64> {
        let before = u64::from(number.as_u16() - 1) * self.part_bytes;
        let left = self.file_bytes.checked_sub(before).filter(|left| *left > 0)?;
        Some(left.min(self.part_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_part_sizes_that_s3_rejects() {
        let count = |file, part| Parts::new(file, PartSize::Fixed(part)).map(Parts::count).ok();
        assert_eq!(count(40_000_000, 5 << 20), Some(8));
        assert_eq!(count(1, 5 << 20), Some(1));
        for (file, part) in
            [(1, 0), (1, (5 << 20) - 1), (1, (5 << 30) + 1), (10_001 * (5 << 20), 5 << 20)]
        {
            assert_eq!(count(file, part), None, "{file} in {part}");
        }
        assert_eq!(count(10_000 * (5 << 20), 5 << 20), Some(10_000));
    }

    #[test]
    fn parts_make_up_the_file() {
        for file_bytes in [1, 8 << 20, (8 << 20) + 1, 40_000_000, 5 << 30, (80 << 30) + 7, 5 << 40]
        {
            let parts = Parts::auto(file_bytes);
            let sizes: Vec<_> = (1..=10_000)
                .map_while(|number| parts.bytes_of(PartNumber::new(number).unwrap()))
                .collect();
            assert_eq!(sizes.iter().sum::<u64>(), file_bytes);
            assert_eq!(u64::try_from(sizes.len()).unwrap(), parts.count());
            assert!(sizes[..sizes.len() - 1].iter().all(|size| *size == parts.part_bytes));
        }
    }
}

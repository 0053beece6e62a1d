//! A panic that the check has to find, so that it is known to find them.

#[unsafe(no_mangle)]
pub extern "C" fn planted() {
    crate::keep(crate::text().parse::<u64>().unwrap());
}

//! Memory-mapped files that survive being shortened; the only module of this crate with `unsafe`.
//!
//! Reading a mapped page whose file bytes have gone (the file was truncated, the disk failed) raises SIGBUS. A
//! handler, installed once, looks whether the address lies in one of our registered mappings; if so it puts zero
//! pages over the rest of that mapping and notes where the fault was, so that the reading thread goes on and the
//! reader ends with a warning. Every other SIGBUS goes to the handler that was there before.
#![expect(unsafe_code, reason = "mmap, sigaction and the handler have no safe form")]

use std::fs::File;
use std::io;
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// Files mapped at the same time at most; further ones are read in chunks instead.
const SLOTS: usize = 1024;

/// Value of [`Slot::start`] while the slot's other fields are being written.
const CLAIMED: usize = 1;

/// One registered mapping, as the signal handler sees it.
struct Slot {
    /// Address of the first byte; 0 when free, [`CLAIMED`] while it changes.
    start: AtomicUsize,
    /// Bytes, rounded up to whole pages.
    length: AtomicUsize,
    /// Offset of the first page that could not be read; `usize::MAX` when all could.
    fault: AtomicUsize,
}

static REGISTRY: [Slot; SLOTS] = [const {
    Slot { start: AtomicUsize::new(0), length: AtomicUsize::new(0), fault: AtomicUsize::new(usize::MAX) }
}; SLOTS];

static INSTALL: Once = Once::new();
static PAGE: AtomicUsize = AtomicUsize::new(4096);
/// What handled SIGBUS before; leaked once, never freed, so that the handler may read it at any time.
static PREVIOUS: AtomicPtr<libc::sigaction> = AtomicPtr::new(ptr::null_mut());

/// A read-only mapping of a whole regular file.
#[derive(Debug)]
pub(crate) struct Mapping {
    map: memmap2::Mmap,
    file: File,
    slot: &'static Slot,
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").field("fault", &self.fault).finish_non_exhaustive()
    }
}

impl Mapping {
    /// Map `file`, which must be a regular file with at least one byte.
    ///
    /// # Errors
    /// What the system says when it cannot map the file, or `OutOfMemory` when [`SLOTS`] files are mapped.
    pub(crate) fn new(file: File) -> io::Result<Self> {
        INSTALL.call_once(install);
        // SAFETY: the mapping is read-only and private to this type. Its bytes may change when another process
        // writes the file; they are only ever read as plain numbers and no decision is kept without its bounds
        // check. That the pages may vanish is what the handler below is for.
        let map = unsafe { memmap2::Mmap::map(&file)? };
        let _ = map.advise(memmap2::Advice::Sequential); // a hint; reading works without it
        let start = map.as_ptr().addr();
        let length = map.len().next_multiple_of(PAGE.load(Ordering::Relaxed));
        let slot = claim(start, length).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { map, file, slot })
    }

    /// The file's bytes as they were when it was mapped; zeros where the file has lost them since.
    #[inline]
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.map
    }

    /// Let the system take back the memory of the bytes before `end`, which are seldom needed again.
    ///
    /// Nothing is lost: a later read of them fetches them from the file once more.
    pub(crate) fn release(&self, from: usize, end: usize) {
        let page = PAGE.load(Ordering::Relaxed);
        let from = from.next_multiple_of(page);
        let length = end.saturating_sub(from);
        if length >= page && end <= self.map.len() {
            // SAFETY: the mapping is read-only and backed by the file (or by zero pages where that was cut), so
            // dropping its pages never changes what is read from them.
            let _ =
                unsafe { self.map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, from, length) };
        }
    }

    /// How many bytes from the start are still those of the file: all, unless it shrank or failed.
    pub(crate) fn intact(&self) -> usize {
        let fault = self.slot.fault.load(Ordering::Acquire);
        let now = self.file.metadata().map_or(0, |metadata| metadata.len());
        self.map.len().min(fault).min(usize::try_from(now).unwrap_or(usize::MAX))
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // Before the pages go back to the system (the field `map` drops after this), so that the handler never
        // touches an address range that is not ours any more.
        self.slot.start.store(0, Ordering::Release);
    }
}

/// Register an address range in a free slot.
fn claim(start: usize, length: usize) -> Option<&'static Slot> {
    let slot = REGISTRY
        .iter()
        .find(|slot| slot.start.compare_exchange(0, CLAIMED, Ordering::AcqRel, Ordering::Relaxed).is_ok())?;
    slot.length.store(length, Ordering::Relaxed);
    slot.fault.store(usize::MAX, Ordering::Relaxed);
    slot.start.store(start, Ordering::Release);
    Some(slot)
}

/// Put the handler in place and remember the one before it.
fn install() {
    // SAFETY: plain system calls with valid pointers. The new action is fully initialised before it is set, and
    // the old one is stored before the handler can run for a mapping, since mappings are registered after this.
    unsafe {
        let page = libc::sysconf(libc::_SC_PAGESIZE);
        if let Ok(page) = usize::try_from(page) {
            PAGE.store(page, Ordering::Relaxed);
        }
        let previous = Box::into_raw(Box::new(std::mem::zeroed::<libc::sigaction>()));
        if libc::sigaction(libc::SIGBUS, ptr::null(), previous) != 0 {
            return;
        }
        PREVIOUS.store(previous, Ordering::Release);
        let mut action: libc::sigaction = std::mem::zeroed();
        let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = on_sigbus;
        action.sa_sigaction = handler as libc::sighandler_t;
        // ONSTACK: a thread may run short of stack; other handlers (Rust's own) use the alternate stack too.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGBUS, &raw const action, ptr::null_mut());
    }
}

/// Handler of SIGBUS. Only atomics, `mmap` and `sigaction`: nothing that allocates or locks.
extern "C" fn on_sigbus(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes a valid siginfo; errno is thread-local and always readable.
    let (address, errno) = unsafe { ((*info).si_addr().addr(), *libc::__errno_location()) };
    let covered = cover(address);
    // SAFETY: as above. The interrupted code must find its errno as it was.
    unsafe { *libc::__errno_location() = errno };
    if !covered {
        // SAFETY: the arguments are the kernel's own, passed on unchanged.
        unsafe { chain(signal, info, context) };
    }
}

/// Put zero pages over the mapping from the page of `address` on, when that is one of ours.
fn cover(address: usize) -> bool {
    let page = PAGE.load(Ordering::Relaxed);
    for slot in &REGISTRY {
        let start = slot.start.load(Ordering::Acquire);
        let length = slot.length.load(Ordering::Relaxed);
        if start <= CLAIMED || address < start || address.wrapping_sub(start) >= length {
            continue;
        }
        let from = address & !page.wrapping_sub(1);
        let offset = from.wrapping_sub(start);
        slot.fault.fetch_min(offset, Ordering::AcqRel);
        // SAFETY: `from..start + length` lies inside a mapping of this crate that is alive, because the faulting
        // thread reads through a reference to it. Read-only zero pages replace read-only pages.
        let zeros = unsafe {
            libc::mmap(
                ptr::without_provenance_mut(from),
                length.wrapping_sub(offset),
                libc::PROT_READ,
                libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        return zeros != libc::MAP_FAILED;
    }
    false
}

/// Hand a signal that is not ours to the handler before us.
///
/// # Safety
/// The arguments must be those the kernel gave to the handler.
unsafe fn chain(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let previous = PREVIOUS.load(Ordering::Acquire);
    // SAFETY: `previous` is null or a leaked, initialised sigaction; its handler has the type its flags say.
    unsafe {
        let Some(action) = previous.as_ref() else { return };
        match action.sa_sigaction {
            libc::SIG_DFL | libc::SIG_IGN => {
                // Returning repeats the access, and the default action then ends the process as it should.
                let mut default: libc::sigaction = std::mem::zeroed();
                default.sa_sigaction = libc::SIG_DFL;
                libc::sigaction(signal, &raw const default, ptr::null_mut());
            }
            handler if action.sa_flags & libc::SA_SIGINFO != 0 => {
                let handler = std::mem::transmute::<
                    libc::sighandler_t,
                    extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void),
                >(handler);
                handler(signal, info, context);
            }
            handler => {
                let handler = std::mem::transmute::<libc::sighandler_t, extern "C" fn(libc::c_int)>(handler);
                handler(signal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn file_of(length: usize) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&vec![7_u8; length]).unwrap();
        file
    }

    #[test]
    fn a_file_that_shrinks_reads_as_zeros_and_says_so() {
        let file = file_of(64 << 10);
        let handle = file.try_clone().unwrap();
        let mapping = Mapping::new(file).unwrap();
        assert_eq!(mapping.intact(), 64 << 10);
        handle.set_len(10_000).unwrap();
        let sum: u64 = mapping.bytes().iter().map(|byte| u64::from(*byte)).sum();
        assert_eq!(sum, 70_000);
        assert_eq!(mapping.intact(), 10_000);
    }

    #[test]
    fn a_fault_in_one_mapping_leaves_the_others_alone() {
        let (first, second) = (file_of(32 << 10), file_of(32 << 10));
        let handle = first.try_clone().unwrap();
        let (first, second) = (Mapping::new(first).unwrap(), Mapping::new(second).unwrap());
        handle.set_len(0).unwrap();
        assert_eq!(first.bytes().last(), Some(&0));
        assert_eq!(second.bytes().last(), Some(&7));
        assert_eq!((first.intact(), second.intact()), (0, 32 << 10));
    }

    #[test]
    fn released_bytes_read_the_same() {
        let mapping = Mapping::new(file_of(40_000)).unwrap();
        let sum = |mapping: &Mapping| mapping.bytes().iter().map(|byte| u64::from(*byte)).sum::<u64>();
        assert_eq!(sum(&mapping), 280_000);
        mapping.release(0, 39_000);
        mapping.release(100, 200);
        mapping.release(0, 50_000);
        assert_eq!(sum(&mapping), 280_000);
    }

    /// Not a test of its own: what the test below runs in a process that is to die of it.
    #[test]
    #[ignore = "ends its process; run by a_fault_elsewhere_ends_the_process"]
    fn foreign_fault() {
        let ours = Mapping::new(file_of(10)).unwrap();
        let file = file_of(8192);
        // SAFETY: this mapping is meant to fault.
        let foreign = unsafe { memmap2::Mmap::map(&file).unwrap() };
        file.set_len(0).unwrap();
        let read = foreign.iter().fold(0_u64, |sum, byte| sum.wrapping_add(u64::from(*byte)));
        panic!("read {read} where nothing is, and {} bytes of ours", ours.bytes().len());
    }

    #[test]
    fn a_fault_elsewhere_ends_the_process() {
        use std::os::unix::process::ExitStatusExt;
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "map::tests::foreign_fault", "--ignored", "--test-threads=1"]);
        let output = child.output().unwrap();
        assert_eq!(output.status.signal(), Some(libc::SIGBUS), "{output:?}");
    }

    #[test]
    fn slots_are_given_back() {
        for _ in 0..SLOTS + 10 {
            Mapping::new(file_of(1)).unwrap();
        }
    }
}

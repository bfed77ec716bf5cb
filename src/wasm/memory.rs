//! What stays in the memory after a call: zeros.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

/// Zeroes what is freed. The default `realloc` allocates, copies and frees.
struct Zeroing;

#[global_allocator]
static ALLOCATOR: Zeroing = Zeroing;

// SAFETY: everything is the system's allocator, which is given back what it returned.
unsafe impl GlobalAlloc for Zeroing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` is to memory of this layout that nobody else uses any more.
        unsafe {
            pointer.write_bytes(0, layout.size());
            System.dealloc(black_box(pointer), layout);
        }
    }
}

/// How deep a call uses the stack, rounded up.
const STACK: usize = 4096;

/// Zeroes the stack below the caller's frame.
#[inline(never)]
pub fn scrub_stack() {
    black_box(&mut [0_u8; STACK]);
}

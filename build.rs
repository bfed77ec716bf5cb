//! Lets the addon leave Node's symbols open at link time, where the platform's linker must be told so.

fn main() {
    napi_build::setup();
}

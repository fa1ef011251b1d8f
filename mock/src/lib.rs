//! The library that a test embeds Stator with. It is empty so far: its surface comes with the toolkit.

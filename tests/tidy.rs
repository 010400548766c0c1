//! The tidy test: the house keeps its floors.

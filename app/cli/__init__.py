"""The commands behind `./siaga`: each a module with `main(words) -> exit status`, imported when it is used."""

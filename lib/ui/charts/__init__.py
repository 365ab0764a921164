"""Chart specifications: frames in, plain dictionaries out. Drawing is `lib.ui.charts.draw`."""

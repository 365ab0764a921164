FOUND = {
    "12.2": {"runtime": "12.2.x-scala2.12"},
    "9.1": {"runtime": "9.1.x-scala2.12"},
    "16.2, over without a date": {"runtime": "16.2.x-scala2.12"},
    "13.3, over since August": {"runtime": "13.3.x-scala2.12"},
}
CLEAN = {"15.4": {}, "a word": {"runtime": "auto:latest-lts"}, "one not known yet": {"runtime": "19.1.x-scala2.13"}}

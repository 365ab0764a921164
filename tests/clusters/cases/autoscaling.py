S = {"workers": None, "worker_node_minutes": None}
FOUND = {
    "more than five times over a span of more than ten": S | {"min_workers": 2.0, "max_workers": 13.0},
    "least 8": S | {"min_workers": 8.0, "max_workers": 12.0},
    "least 16": S | {"min_workers": 16.0, "max_workers": 20.0},
    "span 21": S | {"min_workers": 7.0, "max_workers": 28.0},
    "no range": S | {"min_workers": 3.0, "max_workers": 3.0},
    "always at its most": S | {"min_workers": 1.0, "max_workers": 4.0, "worker_node_minutes": 48000.0},
    "never grows": S | {"min_workers": 1.0, "max_workers": 4.0, "worker_node_minutes": 12000.0},
}
CLEAN = {
    "ratio 5": S | {"min_workers": 2.0, "max_workers": 10.0},
    "span 10": S | {"min_workers": 1.0, "max_workers": 11.0},
    "least 7": S | {"min_workers": 7.0, "max_workers": 12.0},
    "in between": S | {"min_workers": 1.0, "max_workers": 4.0, "worker_node_minutes": 30000.0},
    "fixed": {},
}

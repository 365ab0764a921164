FOUND = {"three": {"_alike": ("etl-2", "etl-3")}}
CLEAN = {"two": {"_alike": ("etl-2",)}, "told on the first": {"_alike": ("a", "etl-2")}, "alone": {}}

print("brokertap")

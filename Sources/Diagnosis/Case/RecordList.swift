import Conversations

/// Some of the view's records, by their places: looked at where they are. A record is more than a kilobyte, and rules ask
/// for a server's records again and again.
struct RecordList: RandomAccessCollection {
    private let records: [ConnectionRecord]
    private let places: [Int]

    init(_ records: [ConnectionRecord], _ places: [Int]) {
        self.records = records
        self.places = places
    }

    var startIndex: Int { 0 }
    var endIndex: Int { places.count }

    subscript(position: Int) -> ConnectionRecord {
        _read { yield records[places[position]] }
    }

    // The library's own copy each element into their iterator.

    func contains(where fits: (ConnectionRecord) -> Bool) -> Bool {
        places.contains { fits(records[$0]) }
    }

    func first(where fits: (ConnectionRecord) -> Bool) -> ConnectionRecord? {
        places.first { fits(records[$0]) }.map { records[$0] }
    }

    func filter(_ fits: (ConnectionRecord) -> Bool) -> RecordList {
        RecordList(records, places.filter { fits(records[$0]) })
    }
}

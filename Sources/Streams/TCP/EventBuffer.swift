/// A list that is emptied and refilled for each batch and keeps its room: no allocation once it is as long as it gets.
struct EventBuffer<Element>: ~Copyable {
    private var storage: UnsafeMutablePointer<Element>
    private var room: Int
    private(set) var count = 0

    init(room: Int = 1024) {
        self.room = room
        storage = .allocate(capacity: room)
    }

    deinit { storage.deallocate() }

    /// What was added since the list was emptied.
    var all: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: storage, count: count) }

    /// Where the list begins in memory.
    var place: UnsafeRawPointer { UnsafeRawPointer(storage) }

    mutating func append(_ element: Element) {
        if count == room { grow() }
        (storage + count).initialize(to: element)
        count += 1
    }

    mutating func removeAll() { count = 0 }

    /// Empties the list, and gives back room that is seldom needed.
    mutating func clear() {
        count = 0
        if room > Self.usualRoom { self = EventBuffer() }
    }

    private static var usualRoom: Int { 16_384 }

    private mutating func grow() {
        let wider = UnsafeMutablePointer<Element>.allocate(capacity: room * 2)
        wider.moveInitialize(from: storage, count: count)
        storage.deallocate()
        storage = wider
        room *= 2
    }
}

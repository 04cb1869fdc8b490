import Vocabulary

/// When which side's hole is to be looked at: a binary heap, the earliest first. Looking at all flows with a hole at each
/// tick cost a tenth of the time where many have one. An entry that its side no longer names is passed over.
struct HoleQueue {
    struct Entry {
        var due: CaptureTime
        var slot: FlowSlot
        var side: UInt8
        /// The flow's first: of several that are due at one time the earlier flow goes first. Which slot a flow has says nothing.
        var frame: FrameRef
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }

    /// The time of the earliest entry.
    var first: CaptureTime? { heap.first?.due }

    mutating func add(_ entry: Entry) {
        heap.append(entry)
        var at = heap.count - 1
        while at > 0, Self.precedes(heap[at], heap[(at - 1) / 2]) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    /// Takes the earliest entry out. There is one.
    mutating func take() -> Entry {
        heap.swapAt(0, heap.count - 1)
        let entry = heap.removeLast()
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && Self.precedes(heap[child], heap[least]) {
                least = child
            }
            if least == at { return entry }
            heap.swapAt(at, least)
            at = least
        }
    }

    private static func precedes(_ a: Entry, _ b: Entry) -> Bool {
        a.due == b.due ? (a.frame, a.side) < (b.frame, b.side) : a.due < b.due
    }
}

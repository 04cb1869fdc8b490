/// Structs in one block of memory, addressed by number and changed in place.
///
/// An array would do, but for two costs on every access: a copy of the whole struct where only a field is read through a
/// class, and the run-time check for overlapping access. Both were most of the time that a message took.
final class Pool<Element> {
    @exclusivity(unchecked) private var base: UnsafeMutablePointer<Element>
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) private(set) var count = 0

    init(capacity: Int = 64) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    /// The element at a place below `count`, in place. The address holds until the pool grows.
    subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(place >= 0 && place < count, "no such place in the pool")
            return UnsafePointer(base + place)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(place >= 0 && place < count, "no such place in the pool")
            return base + place
        }
    }

    func append(_ element: Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}

/// A pool whose freed places are used again.
final class Slab<Element> {
    private let elements = Pool<Element>()
    @exclusivity(unchecked) private var free: [Int32] = []

    /// Places in use.
    var count: Int { elements.count - free.count }

    subscript(index: Int32) -> Element {
        @inline(__always) get { elements[Int(index)] }
        @inline(__always) _modify { yield &elements[Int(index)] }
    }

    func insert(_ element: Element) -> Int32 {
        if let index = free.popLast() {
            elements[Int(index)] = element
            return index
        }
        elements.append(element)
        return Int32(elements.count - 1)
    }

    /// Whether there is a place of that number, in use or not.
    func holds(_ index: Int32) -> Bool { index >= 0 && Int(index) < elements.count }

    func remove(_ index: Int32) { free.append(index) }
}

internal import CPrefetch
import Streams

/// Structs addressed by number and changed in place, in blocks of memory: it grows without moving what it holds.
///
/// An array would do, but for two costs on every access: a copy of the whole struct where only a field is read through a
/// class, and the run-time check for overlapping access. Both were most of the time that a message took.
final class Pool<Element> {
    private static var shift: Int { 8 }
    private static var blockSize: Int { 1 << shift }
    private static var line: Int { 64 }
    /// Elements begin with a cache line, so that each touches as few as it can.
    private static var stride: Int { (MemoryLayout<Element>.size + line - 1) / line * line }

    @exclusivity(unchecked) private var blocks: UnsafeMutablePointer<UnsafeMutableRawPointer>
    @exclusivity(unchecked) private var room = 64
    @exclusivity(unchecked) private var arena = BlockArena()
    @exclusivity(unchecked) private(set) var count = 0

    init() { blocks = .allocate(capacity: 64) }

    deinit {
        var left = count
        var block = 0
        while left > 0 {
            for place in 0..<min(left, Self.blockSize) { element(blocks[block], place).deinitialize(count: 1) }
            left -= Self.blockSize
            block += 1
        }
        blocks.deallocate()
    }

    /// The element at a place below `count`, in place. The address holds as long as the pool.
    subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress { UnsafePointer(address(place)) }
        @inline(__always) unsafeMutableAddress { address(place) }
    }

    /// The address of the element at a place, for whoever changes much of it: asking for the place each time costs more than
    /// the changes do. It holds as long as the pool.
    @inline(__always)
    func at(_ place: Int) -> UnsafeMutablePointer<Element> { address(place) }

    @inline(__always)
    private func address(_ place: Int) -> UnsafeMutablePointer<Element> {
        precondition(place >= 0 && place < count, "no such place in the pool")
        return element(blocks[place >> Self.shift], place & (Self.blockSize - 1))
    }

    @inline(__always)
    private func element(_ block: UnsafeMutableRawPointer, _ place: Int) -> UnsafeMutablePointer<Element> {
        (block + place &* Self.stride).assumingMemoryBound(to: Element.self)
    }

    func append(_ element: Element) {
        if count & (Self.blockSize - 1) == 0 { addBlock() }
        self.element(blocks[count >> Self.shift], count & (Self.blockSize - 1)).initialize(to: element)
        count += 1
    }

    private func addBlock() {
        let block = count >> Self.shift
        if block == room {
            let wider = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: room * 2)
            wider.moveInitialize(from: blocks, count: room)
            blocks.deallocate()
            blocks = wider
            room *= 2
        }
        blocks[block] = UnsafeMutableRawPointer(arena.block(of: Self.blockSize * Self.stride, as: UInt8.self))
    }

    /// Begins to load an element that will be asked for soon, or its first bytes.
    @inline(__always)
    func prefetch(_ place: Int, _ size: Int) {
        guard place >= 0, place < count else { return }
        brokertap_prefetch(address(place), size)
    }
}

/// A pool whose freed places are used again.
final class Slab<Element> {
    private let elements = Pool<Element>()
    @exclusivity(unchecked) private var free = FreeList()

    /// Places in use.
    var count: Int { elements.count - free.count }

    subscript(index: Int32) -> Element {
        @inline(__always) _read { yield elements[Int(index)] }
        @inline(__always) _modify { yield &elements[Int(index)] }
    }

    /// The element's address; it holds as long as the slab.
    @inline(__always)
    func at(_ index: Int32) -> UnsafeMutablePointer<Element> { elements.at(Int(index)) }

    @inline(__always)
    func insert(_ element: Element) -> Int32 {
        guard let index = free.pop() else { return append(element) }
        elements[Int(index)] = element
        return index
    }

    /// As `insert`, of an element that is copied from where it lies.
    @inline(__always)
    func insert(copying element: UnsafePointer<Element>) -> Int32 {
        guard let index = free.pop() else { return append(element.pointee) }
        elements.at(Int(index)).update(from: element, count: 1)
        return index
    }

    @inline(never)
    private func append(_ element: Element) -> Int32 {
        elements.append(element)
        return Int32(elements.count - 1)
    }

    /// Whether there is a place of that number, in use or not.
    func holds(_ index: Int32) -> Bool { index >= 0 && Int(index) < elements.count }

    /// Begins to load an element that will be asked for soon.
    @inline(__always)
    func prefetch(_ index: Int32, _ size: Int) { elements.prefetch(Int(index), size) }

    /// Frees a place. It is the next to be filled, and may not have been looked at for long.
    @inline(__always)
    func remove(_ index: Int32) {
        prefetch(index, MemoryLayout<Element>.size)
        free.push(index)
    }
}

/// Places to be used again, the last freed first. An array would check on each change that it has one owner.
private struct FreeList: ~Copyable {
    private var places = UnsafeMutablePointer<Int32>.allocate(capacity: 64)
    private var room = 64
    private(set) var count = 0

    deinit { places.deallocate() }

    @inline(__always)
    mutating func pop() -> Int32? {
        guard count > 0 else { return nil }
        count -= 1
        return places[count]
    }

    @inline(__always)
    mutating func push(_ place: Int32) {
        if count == room { widen() }
        places[count] = place
        count += 1
    }

    @inline(never)
    private mutating func widen() {
        let wider = UnsafeMutablePointer<Int32>.allocate(capacity: room * 2)
        wider.moveInitialize(from: places, count: count)
        places.deallocate()
        (places, room) = (wider, room * 2)
    }
}

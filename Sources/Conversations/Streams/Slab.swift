/// Values of one type in one array, addressed by number, with freed places used again.
struct Slab<Element> {
    private var elements: ContiguousArray<Element> = []
    private var free: [Int32] = []

    /// Values in use.
    var count: Int { elements.count - free.count }

    subscript(index: Int32) -> Element {
        get { elements[Int(index)] }
        _modify { yield &elements[Int(index)] }
    }

    mutating func insert(_ element: Element) -> Int32 {
        if let index = free.popLast() {
            elements[Int(index)] = element
            return index
        }
        elements.append(element)
        return Int32(elements.count - 1)
    }

    /// Whether there is a place of that number, in use or not.
    func holds(_ index: Int32) -> Bool { index >= 0 && Int(index) < elements.count }

    mutating func remove(_ index: Int32) { free.append(index) }
}

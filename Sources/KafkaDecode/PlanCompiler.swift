import KafkaSchema

/// Turns one version of a message definition into a program.
struct PlanCompiler {
    let definition: MessageDefinition
    let version: Int
    let selection: FieldSelection
    private let isFlexible: Bool
    private var program = Program()
    /// Ops from here on may be merged with the one before; before it, some op jumps in.
    private var mergeFloor = 0
    private var depth = 0

    init(definition: MessageDefinition, version: Int, selection: FieldSelection) {
        self.definition = definition
        self.version = version
        self.selection = selection
        isFlexible = definition.flexibleVersions.contains(version)
    }

    /// The program for the whole message.
    mutating func compile() -> Program {
        body(definition.fields, path: [])
        add(Op(code: .end))
        return program
    }

    // MARK: - Structures

    private mutating func body(_ fields: [FieldDefinition], path: [String]) {
        for field in fields where isPlain(field) { self.field(field, path: path + [field.name]) }
        if isFlexible { tags(fields.filter { isTagged($0) }, path: path) }
    }

    private func isPlain(_ field: FieldDefinition) -> Bool {
        field.versions.contains(version) && !isTagged(field)
    }

    private func isTagged(_ field: FieldDefinition) -> Bool {
        isFlexible && field.tagged.contains(version) && field.tag != nil
    }

    private mutating func field(_ field: FieldDefinition, path: [String]) {
        let tag = tag(of: field, path: path)
        if field.isArray {
            array(field, tag: tag, path: path)
        } else if case .structure = field.type {
            structure(field, tag: tag, path: path)
        } else {
            leaf(field, tag: tag, flags: flags(of: field, tag: tag))
        }
    }

    private mutating func structure(_ field: FieldDefinition, tag: UInt16?, path: [String]) {
        let flags = flags(of: field, tag: tag)
        let start = program.ops.count
        let isMarked = flags.contains(.nullable) || flags.contains(.selected)
        if isMarked { add(Op(code: .structure, flags: flags, tag: tag ?? 0)) }
        body(field.fields, path: path)
        if flags.contains(.selected) { add(Op(code: .endStructure, flags: flags, tag: tag ?? 0)) }
        if isMarked { program.ops[start].a = here() }
    }

    private mutating func array(_ field: FieldDefinition, tag: UInt16?, path: [String]) {
        var flags = flags(of: field, tag: tag)
        if tag == nil, !selects(field, path: path), let size = fixedElementSize(field) {
            add(Op(code: .skipArray, flags: flags, b: Int32(clamping: size)))
            return
        }
        let start = program.ops.count
        let least = Int32(clamping: max(1, leastElementSize(field)))
        if case .structure = field.type { flags.insert(.elements) }
        add(Op(code: .array, flags: flags, tag: tag ?? 0, b: least))
        enter()
        let first = here()
        if case .structure = field.type {
            body(field.fields, path: path)
        } else {
            leaf(field, tag: tag, flags: elementFlags(field, tag: tag))
        }
        add(Op(code: .next, flags: flags, tag: tag ?? 0, a: first))
        leave()
        program.ops[start].a = here()
    }

    private mutating func tags(_ known: [FieldDefinition], path: [String]) {
        let wanted = known.filter { tag(of: $0, path: path + [$0.name]) != nil || selects($0, path: path + [$0.name]) }
        let start = program.ops.count
        let listed = Int32(clamping: wanted.count)
        add(Op(code: .tags, b: listed))
        add(Op(code: selection.tellsUnknownTags ? .tagItemTold : .tagItem, b: listed))
        for field in wanted { add(Op(code: .tagEntry, a: Int32(clamping: field.tag ?? 0))) }
        enter()
        for (index, field) in wanted.enumerated() {
            program.ops[start + 2 + index].b = here()
            self.field(field, path: path + [field.name])
            add(Op(code: .tagEnd, a: Int32(clamping: start + 1)))
        }
        leave()
        let end = here()
        program.ops[start].a = end
        program.ops[start + 1].a = end
    }

    // MARK: - Leaves

    private mutating func leaf(_ field: FieldDefinition, tag: UInt16?, flags: OpFlags) {
        switch field.type {
        case .string, .bytes:
            var flags = flags
            if field.type == .bytes { flags.formUnion([.bytes, .wide]) }
            add(Op(code: tag == nil ? .skipText : .text, flags: flags, tag: tag ?? 0))
        case .records:
            records(field, tag: tag, flags: flags)
        default:
            if let tag, let code = fixedCode(field.type) {
                add(Op(code: code, tag: tag))
            } else {
                skip(fixedSize(field.type) ?? 0)
            }
        }
    }

    private mutating func records(_ field: FieldDefinition, tag: UInt16?, flags: OpFlags) {
        var flags = flags.union([.wide, .bytes])
        guard let tag else {
            add(Op(code: .skipText, flags: flags))
            return
        }
        if selection.takesEverything { flags.insert(.lenient) }
        // A piece of a snapshot file begins and ends anywhere.
        if field.name == "UnalignedRecords" { flags.insert(.opaque) }
        add(Op(code: .records, flags: flags, tag: tag))
        add(Op(code: .batch, flags: flags, tag: tag))
    }

    private mutating func skip(_ size: Int) {
        let last = program.ops.count - 1
        if last >= mergeFloor, last >= 0, program.ops[last].code == .skip {
            program.ops[last].a += Int32(clamping: size)
        } else {
            add(Op(code: .skip, a: Int32(clamping: size)))
        }
    }

    // MARK: - Bookkeeping

    private mutating func add(_ op: Op) { program.ops.append(op) }

    /// The next op's index, to be jumped to.
    private mutating func here() -> Int32 {
        mergeFloor = program.ops.count
        return Int32(clamping: program.ops.count)
    }

    private mutating func enter() {
        depth += 1
        program.depth = max(program.depth, depth)
    }

    private mutating func leave() { depth -= 1 }

    private mutating func tag(of field: FieldDefinition, path: [String]) -> UInt16? {
        guard selection.takesEverything else { return selection.tag(message: definition.name, path: path) }
        if let index = program.fields.firstIndex(of: field) { return UInt16(clamping: index) }
        program.fields.append(field)
        return UInt16(clamping: program.fields.count - 1)
    }

    /// Whether anything below the field is handed on.
    private func selects(_ field: FieldDefinition, path: [String]) -> Bool {
        if selection.takesEverything { return true }
        return field.fields.contains { child in
            let path = path + [child.name]
            guard child.versions.contains(version) else { return false }
            return selection.tag(message: definition.name, path: path) != nil || selects(child, path: path)
        }
    }

    private func flags(of field: FieldDefinition, tag: UInt16?) -> OpFlags {
        var flags: OpFlags = tag == nil ? [] : .selected
        if field.nullable.contains(version) || mayComeNull(field) { flags.insert(.nullable) }
        if isCompact(field) { flags.insert(.compact) }
        return flags
    }

    /// Servers of other makes leave texts and bytes null in a response that says an error, where Kafka's own have empty ones;
    /// the code before them is what clients go by.
    private func mayComeNull(_ field: FieldDefinition) -> Bool {
        definition.kind == .response && !field.isArray && (field.type == .string || field.type == .bytes)
    }

    private func elementFlags(_ field: FieldDefinition, tag: UInt16?) -> OpFlags {
        flags(of: field, tag: tag).subtracting(.nullable)
    }

    private func isCompact(_ field: FieldDefinition) -> Bool {
        field.flexibleOverride?.contains(version) ?? isFlexible
    }
}

/// How many bytes things have.
extension PlanCompiler {
    private func fixedCode(_ type: FieldType) -> OpCode? {
        switch type {
        case .bool: .bool
        case .int8: .int8
        case .int16: .int16
        case .uint16: .uint16
        case .int32: .int32
        case .uint32: .uint32
        case .int64: .int64
        case .float64: .float64
        case .uuid: .uuid
        case .string, .bytes, .records, .structure: nil
        }
    }

    private func fixedSize(_ type: FieldType) -> Int? {
        switch type {
        case .bool, .int8: 1
        case .int16, .uint16: 2
        case .int32, .uint32: 4
        case .int64, .float64: 8
        case .uuid: 16
        case .string, .bytes, .records, .structure: nil
        }
    }

    /// The size of an array's elements where all have the same.
    private func fixedElementSize(_ field: FieldDefinition) -> Int? {
        guard case .structure = field.type else { return fixedSize(field.type) }
        return isFlexible ? nil : fixedSize(of: field.fields)
    }

    private func fixedSize(of fields: [FieldDefinition]) -> Int? {
        var sum = 0
        for field in fields where isPlain(field) {
            guard !field.isArray else { return nil }
            if case .structure = field.type {
                guard !field.nullable.contains(version), let size = fixedSize(of: field.fields) else { return nil }
                sum += size
            } else {
                guard let size = fixedSize(field.type) else { return nil }
                sum += size
            }
        }
        return sum
    }

    private func leastElementSize(_ field: FieldDefinition) -> Int {
        guard case .structure = field.type else { return leastSize(ofLeaf: field) }
        return leastSize(of: field.fields)
    }

    private func leastSize(of fields: [FieldDefinition]) -> Int {
        fields.filter { isPlain($0) }.reduce(isFlexible ? 1 : 0) { sum, field in
            if field.isArray { return sum + (isCompact(field) ? 1 : 4) }
            guard case .structure = field.type else { return sum + leastSize(ofLeaf: field) }
            return sum + (field.nullable.contains(version) ? 1 : leastSize(of: field.fields))
        }
    }

    private func leastSize(ofLeaf field: FieldDefinition) -> Int {
        if let size = fixedSize(field.type) { return size }
        return isCompact(field) ? 1 : field.type == .string ? 2 : 4
    }
}

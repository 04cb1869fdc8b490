/// How the text report looks.
public struct TextStyle: Sendable {
    /// Characters to draw with.
    public enum Glyphs: String, Sendable, CaseIterable { case ascii, block, braille }

    public var width: Int
    public var color: Bool
    public var glyphs: Glyphs
    public var time: TimeDisplay
    /// Every finding in full.
    public var showAll: Bool
    /// The depth tables.
    public var showTables: Bool

    public init(
        width: Int = 80, color: Bool = false, glyphs: Glyphs = .ascii, time: TimeDisplay = .utc, showAll: Bool = false,
        showTables: Bool = false
    ) {
        self.width = width
        self.color = color
        self.glyphs = glyphs
        self.time = time
        self.showAll = showAll
        self.showTables = showTables
    }
}

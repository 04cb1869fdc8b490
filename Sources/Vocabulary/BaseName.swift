extension String {
    /// Of a path, what stands behind the last slash.
    public var baseName: String { split(separator: "/").last.map(String.init) ?? self }
}

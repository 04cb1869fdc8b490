public enum JSONSchema {
    public static func write(to sink: any ByteSink) { sink.write("{}\n") }
}

namespace StreamLearn.Streams.Tests.Influx.Lines;

/// <summary>A line as a server would understand it.</summary>
/// <param name="Measurement">Its measurement.</param>
/// <param name="Tags">In the order of the line.</param>
/// <param name="Fields">In the order of the line; values are double, long, ulong, bool or string.</param>
/// <param name="Time">As it stands there.</param>
internal sealed record ParsedPoint(
    string Measurement, IReadOnlyList<(string Key, string Value)> Tags, IReadOnlyList<(string Key, object Value)> Fields, long Time);

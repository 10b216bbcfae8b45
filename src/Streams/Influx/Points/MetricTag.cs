namespace StreamLearn.Streams.Influx.Points;

/// <summary>A tag of a series. Each value that a tag takes is a series more: values must be few.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">Its value; empty: the series has no such tag.</param>
public readonly record struct MetricTag(string Key, string Value);

namespace StreamLearn.Streams.Files;

/// <summary>What a file of records looks like.</summary>
/// <param name="Format"><c>json</c> or <c>csv</c>.</param>
/// <param name="FirstLine">Its first line; the header of a CSV file.</param>
public sealed record RecordFileFormat(string Format, string FirstLine);

namespace StreamLearn.Streams.Files;

/// <summary>What a file of records looks like.</summary>
/// <param name="Format"><c>json</c>, <c>csv</c>, or <c>vw</c> for Vowpal Wabbit's text.</param>
/// <param name="FirstLine">Its first line; the header of a CSV file.</param>
public sealed record RecordFileFormat(string Format, string FirstLine);

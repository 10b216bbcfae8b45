namespace StreamLearn.Cli.Web.Documents;

/// <summary>What is wrong with a request (RFC 9457). Where a record is at fault: its place in the request, from 0, the reason and the field that it would have as a dead letter.</summary>
internal sealed record ProblemAnswer(string Type, string Title, int Status, string? Detail, int? Record, string? Reason, string? Field);

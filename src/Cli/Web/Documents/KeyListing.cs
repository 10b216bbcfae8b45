namespace StreamLearn.Cli.Web.Documents;

/// <summary>A key in a list. Of one whose learners are not in memory nothing else is known without reading them back.</summary>
internal sealed record KeyListing(string Key, int Partition, int Bucket, bool Resident, long? Records, string? Time, long? ModelVersion);

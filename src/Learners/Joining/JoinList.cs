namespace StreamLearn.Learners.Joining;

/// <summary>Entries from the oldest to the newest, chained through themselves.</summary>
internal sealed class JoinList
{
    internal int Count { get; private set; }

    internal JoinEntry? Oldest { get; private set; }

    internal JoinEntry? Newest { get; private set; }

    internal void Append(JoinEntry entry)
    {
        (entry.Older, entry.Newer) = (Newest, null);
        if (Newest is null)
        {
            Oldest = entry;
        }
        else
        {
            Newest.Newer = entry;
        }

        Newest = entry;
        Count++;
    }

    internal void Remove(JoinEntry entry)
    {
        if (entry.Older is null)
        {
            Oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        if (entry.Newer is null)
        {
            Newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        (entry.Older, entry.Newer) = (null, null);
        Count--;
    }
}

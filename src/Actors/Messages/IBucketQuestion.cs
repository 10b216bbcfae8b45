namespace StreamLearn.Actors.Messages;

/// <summary>What anybody may ask a bucket. The answer changes nothing.</summary>
public interface IBucketQuestion : IBucketMessage;

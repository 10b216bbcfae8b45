namespace StreamLearn.Cluster.Control;

/// <summary>What nodes ask each other for an operator. Written with MessagePack between nodes.</summary>
public interface IControlMessage;

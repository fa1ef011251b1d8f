package shop

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Single-item writes: conditions, optimistic locking, every update clause, deletes, capacity, legacy parameters.
var writes = []step{
	{"puts an item once: the second put fails its condition", putsOnce},
	{"updates an item only if its version is the one that was read", updatesOnlyTheVersionItRead},
	{"updates with SET, REMOVE, ADD and DELETE in one expression", updatesWithEveryClause},
	{"returns old or new values, whole or only the touched ones", returnsTheValuesThatWereAskedFor},
	{"returns the old item from a replacing put and from a delete", replacesAndDeletes},
	{"meters a write on the table and on each index that it touches", metersEachIndex},
	{"understands Expected, AttributeUpdates and KeyConditions", understandsLegacyParameters},
}

var profile = item{"pk": s("CUSTOMER#ada"), "sk": s("PROFILE")}

type customer struct {
	PK      string         `dynamodbav:"pk"`
	SK      string         `dynamodbav:"sk"`
	Email   string         `dynamodbav:"email"`
	Version int            `dynamodbav:"version,omitempty"`
	Visits  int            `dynamodbav:"visits"`
	Points  int            `dynamodbav:"points,omitempty"`
	Balance float64        `dynamodbav:"balance,omitempty"`
	Badges  []string       `dynamodbav:"badges,stringset,omitempty"`
	History []string       `dynamodbav:"history"`
	Address map[string]any `dynamodbav:"address,omitempty"`
}

func putsOnce(t *testing.T, shop *Shop) {
	first := customer{
		PK: "CUSTOMER#ada", SK: "PROFILE", Email: "ada@example.com",
		Version: 1, Visits: 1, Badges: []string{"buyer"}, History: []string{},
	}
	marshalled, err := attributevalue.MarshalMap(first)
	noError(t, err)
	once := expression.Name("pk").AttributeNotExists()
	expr, err := expression.NewBuilder().WithCondition(once).Build()
	noError(t, err)
	put := &dynamodb.PutItemInput{
		TableName: &shop.orders, Item: marshalled,
		ConditionExpression: expr.Condition(), ExpressionAttributeNames: expr.Names(),
	}
	_, err = shop.PutItem(t.Context(), put)
	noError(t, err)
	put.Item = profile
	_, err = shop.PutItem(t.Context(), put)
	refused[*types.ConditionalCheckFailedException](t, err, "The conditional request failed")
	equal(t, shop.customer(t), first, "the first put stays")
}

func updatesOnlyTheVersionItRead(t *testing.T, shop *Shop) {
	expr, err := expression.NewBuilder().
		WithUpdate(expression.Set(expression.Name("version"), expression.Value(2))).
		WithCondition(expression.Name("version").Equal(expression.Value(1))).
		Build()
	noError(t, err)
	update := &dynamodb.UpdateItemInput{
		TableName: &shop.orders, Key: profile,
		UpdateExpression: expr.Update(), ConditionExpression: expr.Condition(),
		ExpressionAttributeNames: expr.Names(), ExpressionAttributeValues: expr.Values(),
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	_, err = shop.UpdateItem(t.Context(), update)
	noError(t, err)
	_, err = shop.UpdateItem(t.Context(), update)
	stale := refused[*types.ConditionalCheckFailedException](t, err, "")
	equal(t, stale.Item["version"], n("2"), "the error carries the item as it is")
	equal(t, stale.Item["email"], s("ada@example.com"), "and the whole of it")
}

func updatesWithEveryClause(t *testing.T, shop *Shop) {
	name, value := expression.Name, expression.Value
	update := expression.
		Set(name("visits"), name("visits").Plus(value(1))).
		Set(name("points"), expression.IfNotExists(name("points"), value(99))).
		Set(name("history"), expression.ListAppend(name("history"), value([]string{"2026-01-01"}))).
		Set(name("address"), value(map[string]any{"city": "London", "floors": []int{1, 2, 3}})).
		Remove(name("version")).
		Add(name("balance"), value(12.5)).
		Add(name("badges"), value(&types.AttributeValueMemberSS{Value: []string{"admin", "buyer"}})).
		Delete(name("labels"), value(&types.AttributeValueMemberSS{Value: []string{"x"}}))
	expr, err := expression.NewBuilder().WithUpdate(update).Build()
	noError(t, err)
	updated, err := shop.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &shop.orders, Key: profile, UpdateExpression: expr.Update(),
		ExpressionAttributeNames: expr.Names(), ExpressionAttributeValues: expr.Values(),
		ReturnValues: types.ReturnValueAllNew,
	})
	noError(t, err)
	sortSets(updated.Attributes)
	var got customer
	noError(t, attributevalue.UnmarshalMap(updated.Attributes, &got))
	equal(t, got, customer{
		PK: "CUSTOMER#ada", SK: "PROFILE", Email: "ada@example.com",
		Visits: 2, Points: 99, Balance: 12.5, Badges: []string{"admin", "buyer"}, History: []string{"2026-01-01"},
		Address: map[string]any{"city": "London", "floors": []any{1.0, 2.0, 3.0}},
	}, "ALL_NEW")
}

func returnsTheValuesThatWereAskedFor(t *testing.T, shop *Shop) {
	update := func(clauses string, values item, returned types.ReturnValue) item {
		updated, err := shop.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: &shop.orders, Key: profile, UpdateExpression: &clauses,
			ExpressionAttributeValues: values, ReturnValues: returned,
		})
		noError(t, err)
		sortSets(updated.Attributes)
		return updated.Attributes
	}
	buyer := &types.AttributeValueMemberSS{Value: []string{"buyer"}}
	touched := update("SET address.city = :city DELETE badges :gone",
		item{":city": s("Paris"), ":gone": buyer}, types.ReturnValueUpdatedOld)
	equal(t, touched, item{
		"address": &types.AttributeValueMemberM{Value: item{"city": s("London")}},
		"badges":  &types.AttributeValueMemberSS{Value: []string{"admin", "buyer"}},
	}, "UPDATED_OLD")
	added := update("ADD visits :n", item{":n": n("-2")}, types.ReturnValueUpdatedNew)
	equal(t, added, item{"visits": n("0")}, "UPDATED_NEW")
	before := update("SET visits = :n REMOVE address.floors[0], address.floors[1]",
		item{":n": n("7")}, types.ReturnValueAllOld)
	equal(t, before["visits"], n("0"), "ALL_OLD shows the item before")
	equal(t, len(update("REMOVE points", nil, "")), 0, "no Attributes unless asked")
	want := map[string]any{"city": "Paris", "floors": []any{3.0}}
	equal(t, shop.customer(t).Address, want, "both elements went, by their old positions")
}

func replacesAndDeletes(t *testing.T, shop *Shop) {
	key := item{"pk": s("CUSTOMER#ada"), "sk": s("DRAFT")}
	put := func(note string) item {
		replaced, err := shop.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &shop.orders, ReturnValues: types.ReturnValueAllOld,
			Item: item{"pk": key["pk"], "sk": key["sk"], "note": s(note)},
		})
		noError(t, err)
		return replaced.Attributes
	}
	remove := func(note string) (*dynamodb.DeleteItemOutput, error) {
		return shop.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
			TableName: &shop.orders, Key: key, ReturnValues: types.ReturnValueAllOld,
			ConditionExpression:       aws.String("note = :note"),
			ExpressionAttributeValues: item{":note": s(note)},
		})
	}
	equal(t, len(put("first")), 0, "nothing was there before")
	equal(t, put("second")["note"], s("first"), "the replaced item")
	_, err := remove("first")
	refused[*types.ConditionalCheckFailedException](t, err, "The conditional request failed")
	deleted, err := remove("second")
	noError(t, err)
	equal(t, deleted.Attributes, item{"pk": key["pk"], "sk": key["sk"], "note": s("second")}, "the deleted item")
	again, err := shop.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: &shop.orders, Key: key, ReturnValues: types.ReturnValueAllOld,
	})
	noError(t, err)
	equal(t, len(again.Attributes), 0, "deleting nothing succeeds and returns nothing")
}

func metersEachIndex(t *testing.T, shop *Shop) {
	key := item{"pk": s("CUSTOMER#meter"), "sk": s("ORDER#1")}
	put, err := shop.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: &shop.orders,
		Item: item{
			"pk": key["pk"], "sk": key["sk"], "status": s("OPEN"), "placed": s("2025-12-31"), "total": n("5"),
		},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	noError(t, err)
	one := types.Capacity{CapacityUnits: aws.Float64(1)}
	equal(t, put.ConsumedCapacity, &types.ConsumedCapacity{
		TableName:              &shop.orders,
		CapacityUnits:          aws.Float64(3),
		Table:                  &one,
		LocalSecondaryIndexes:  map[string]types.Capacity{"by_total": one},
		GlobalSecondaryIndexes: map[string]types.Capacity{"by_status": one},
	}, "a put that two of three indexes store")
	read, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: key, ConsistentRead: aws.Bool(true),
		ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal,
	})
	noError(t, err)
	want := &types.ConsumedCapacity{TableName: &shop.orders, CapacityUnits: aws.Float64(1)}
	equal(t, read.ConsumedCapacity, want, "a consistent read")
	_, err = shop.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &shop.orders, Key: key})
	noError(t, err)
}

func understandsLegacyParameters(t *testing.T, shop *Shop) {
	key := item{"pk": s("CUSTOMER#legacy"), "sk": s("ORDER#1")}
	put := &dynamodb.PutItemInput{
		TableName: &shop.orders,
		Item:      item{"pk": key["pk"], "sk": key["sk"], "count": n("1")},
		Expected:  map[string]types.ExpectedAttributeValue{"pk": {Exists: aws.Bool(false)}},
	}
	_, err := shop.PutItem(t.Context(), put)
	noError(t, err)
	_, err = shop.PutItem(t.Context(), put)
	refused[*types.ConditionalCheckFailedException](t, err, "The conditional request failed")
	updated, err := shop.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &shop.orders, Key: key, ReturnValues: types.ReturnValueUpdatedNew,
		AttributeUpdates: map[string]types.AttributeValueUpdate{
			"count": {Action: types.AttributeActionAdd, Value: n("4")},
			"note":  {Action: types.AttributeActionPut, Value: s("old style")},
		},
	})
	noError(t, err)
	equal(t, updated.Attributes, item{"count": n("5"), "note": s("old style")}, "AttributeUpdates")
	found, err := shop.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &shop.orders,
		KeyConditions: map[string]types.Condition{
			"pk": {ComparisonOperator: types.ComparisonOperatorEq, AttributeValueList: []types.AttributeValue{key["pk"]}},
			"sk": {
				ComparisonOperator: types.ComparisonOperatorBeginsWith,
				AttributeValueList: []types.AttributeValue{s("ORDER#")},
			},
		},
		QueryFilter: map[string]types.Condition{
			"count": {ComparisonOperator: types.ComparisonOperatorGt, AttributeValueList: []types.AttributeValue{n("4")}},
		},
		AttributesToGet: []string{"note"},
	})
	noError(t, err)
	equal(t, found.Items, []item{{"note": s("old style")}}, "KeyConditions with QueryFilter and AttributesToGet")
}

// customer reads the profile that these steps write.
func (shop *Shop) customer(t *testing.T) customer {
	t.Helper()
	read, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: profile, ConsistentRead: aws.Bool(true),
	})
	noError(t, err)
	var found customer
	noError(t, attributevalue.UnmarshalMap(read.Item, &found))
	return found
}
